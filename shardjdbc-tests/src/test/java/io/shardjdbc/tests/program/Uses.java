package io.shardjdbc.tests.program;

import io.shardjdbc.testkit.twin.Parameter;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Steps that use what JDBC has beside plain executions: batches, keys, calls, rows in portions. */
final class Uses {

  private static final List<String> BATCHED =
      List.of(
          "INSERT INTO acct (id, name, lvl) VALUES ({new}, {t}, {n})",
          "UPDATE acct SET lvl = lvl + {n} WHERE id = {k}",
          "INSERT INTO item (acct_id, n, price) VALUES ({k}, {n}, {m})",
          "INSERT INTO post (user_id, body) VALUES ({k}, {t})",
          "INSERT INTO own (name, n) VALUES ({t}, {n})",
          "UPDATE country SET n = {n} WHERE code = {c}",
          "UPDATE conf SET v = v + {n} WHERE k = {cf}",
          "INSERT INTO word (k, n) VALUES ({w}, {n}) ON CONFLICT (k) DO UPDATE SET n = excluded.n",
          "DELETE FROM item WHERE acct_id = {k} AND n > {n}",
          "UPDATE stamped SET n = {n} WHERE id = {k}");

  private static final List<String> KEYED =
      List.of(
          "INSERT INTO item (acct_id, n) VALUES ({k}, {n})",
          "INSERT INTO post (user_id, body) VALUES ({k}, {t}), ({k}, {t})",
          "INSERT INTO own (name) VALUES ({t})",
          "INSERT INTO kind (name) VALUES ({t})",
          "INSERT INTO logs (what) VALUES ({t})",
          "UPDATE acct SET lvl = lvl + 1 WHERE id = {k}",
          "INSERT INTO tok VALUES ({u}, {n}, {t}) ON CONFLICT DO NOTHING");

  private static final List<String> CALLED =
      List.of(
          "{? = call twice(?)}",
          "{? = call safe_div(?, 2)}",
          "{call say('x')}",
          "{? = call length(?)}",
          "{? = call upper('x')}",
          "{? = call pay(3, ?)}",
          "{? = call accounts()}",
          "{? = call items_of(?)}");

  private static final List<String> STREAMED =
      List.of(
          "SELECT id, name FROM acct ORDER BY id",
          "SELECT * FROM country ORDER BY code",
          "SELECT k, n FROM word ORDER BY k",
          "SELECT acct_id, item_id, n FROM item ORDER BY item_id",
          "SELECT v FROM conf ORDER BY v",
          "SELECT i FROM generate_series(1, 9) i",
          "SELECT tag, count(*) FROM acct GROUP BY tag ORDER BY tag");

  private static final List<String> CHANGED =
      List.of(
          "SELECT id, name, lvl FROM acct WHERE id = 3",
          "SELECT id, name, lvl FROM acct WHERE id = 7",
          "SELECT k, n, m FROM word WHERE k = 'w3'");

  private final Draw draw;
  private final Author author;

  Uses(Draw draw, Author author) {
    this.draw = draw;
    this.author = author;
  }

  Step step(int session) {
    int dice = draw.below(100);
    if (dice < 30) {
      return batch(session);
    } else if (dice < 50) {
      return keys(session);
    } else if (dice < 65) {
      return call(session);
    } else if (dice < 85) {
      return draw.chance(50) ? open(session) : next(session);
    }
    return change(session);
  }

  /** Entries of one text; it is whole only in a transaction, so that is where it may fail. */
  private Step batch(int session) {
    String template = draw.pick(BATCHED);
    List<Author.Text> entries = new ArrayList<>();
    for (int i = draw.between(1, 4); i > 0; i--) {
      entries.add(author.text(template, false));
    }
    String sql = entries.get(0).sql();
    List<List<Parameter>> rows = new ArrayList<>();
    for (Author.Text entry : entries) {
      if (entry.sql().equals(sql)) {
        rows.add(entry.parameters());
      }
    }
    boolean keys = draw.chance(20);
    return new Step(
        session,
        "batch of INSERT or so: " + sql + " -- " + rows + (keys ? " (keys)" : ""),
        false,
        (s, seen) -> batch(s, seen, sql, rows, keys));
  }

  private static void batch(
      Session session, Seen seen, String sql, List<List<Parameter>> rows, boolean keys)
      throws SQLException {
    Connection connection = session.connection();
    boolean alone = connection.getAutoCommit();
    if (alone) {
      connection.setAutoCommit(false);
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            sql, keys ? Statement.RETURN_GENERATED_KEYS : Statement.NO_GENERATED_KEYS)) {
      for (List<Parameter> row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      seen.add("counts " + Arrays.toString(statement.executeBatch()));
      if (keys) {
        seen.rows(statement.getGeneratedKeys());
      }
      if (alone) {
        connection.commit();
      }
    } catch (BatchUpdateException e) {
      SQLException first = e.getNextException();
      throw first == null ? e : first;
    } finally {
      if (alone) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  static void bind(PreparedStatement statement, List<Parameter> row) throws SQLException {
    int index = 1;
    for (Parameter parameter : row) {
      parameter.binding().bind(statement, index++);
    }
  }

  private Step keys(int session) {
    Author.Text text = author.text(draw.pick(KEYED), false);
    boolean named = draw.chance(30);
    String[] names = {text.sql().contains("item") ? "item_id" : "id"};
    return new Step(
        session,
        text.sql() + " -- " + text.parameters() + " (keys " + (named ? names[0] : "") + ")",
        false,
        (s, seen) -> {
          try (PreparedStatement statement =
              named
                  ? s.connection().prepareStatement(text.sql(), names)
                  : s.connection().prepareStatement(text.sql(), Statement.RETURN_GENERATED_KEYS)) {
            bind(statement, text.parameters());
            statement.setFetchSize(0); // in portions, the driver does not know the count
            seen.add("count " + statement.executeUpdate());
            seen.rows(statement.getGeneratedKeys());
          }
        });
  }

  private Step call(int session) {
    String sql = draw.pick(CALLED);
    int number = draw.between(1, 12);
    boolean returns = sql.startsWith("{?");
    int type = sql.contains("upper") || sql.contains("length") ? Types.VARCHAR : Types.INTEGER;
    int out = sql.contains("accounts") || sql.contains("items_of") ? Types.BIGINT : type;
    boolean takes = sql.indexOf('?', 2) > 0;
    return new Step(
        session,
        sql + " -- " + number,
        false,
        (s, seen) -> {
          try (CallableStatement statement = s.connection().prepareCall(sql)) {
            if (returns) {
              statement.registerOutParameter(1, out);
            }
            if (takes && sql.contains("items_of")) {
              statement.setLong(2, number);
            } else if (takes) {
              statement.setInt(2, number);
            }
            seen.add("rows " + statement.execute());
            if (returns) {
              seen.add("out " + statement.getObject(1));
            }
          }
        });
  }

  private Step open(int session) {
    String sql = draw.pick(STREAMED);
    int fetchSize = draw.between(1, 4);
    return new Step(
        session,
        "open " + sql + " (fetch size " + fetchSize + ")",
        true,
        (s, seen) -> {
          s.closeCursor();
          Statement statement = s.connection().createStatement();
          statement.setFetchSize(fetchSize);
          s.cursor(statement.executeQuery(sql));
        });
  }

  private Step next(int session) {
    int rows = draw.between(1, 5);
    boolean close = draw.chance(30);
    return new Step(
        session,
        "next " + rows + (close ? " and close" : ""),
        true,
        (s, seen) -> {
          ResultSet cursor = s.cursor();
          for (int i = 0; cursor != null && !cursor.isClosed() && i < rows; i++) {
            if (!cursor.next()) {
              seen.add("end");
              break;
            }
            seen.add(Seen.row(cursor));
          }
          if (close) {
            s.closeCursor();
          }
        });
  }

  private Step change(int session) {
    String sql = draw.pick(CHANGED);
    boolean delete = draw.chance(20);
    boolean scroll = draw.chance(50);
    int number = draw.between(1, 90);
    String column = sql.contains("word") ? "n" : "lvl";
    return new Step(
        session,
        "change " + sql + (delete ? " by deletion" : " to " + number),
        true,
        (s, seen) -> {
          try (Statement statement =
                  s.connection()
                      .createStatement(
                          scroll ? ResultSet.TYPE_SCROLL_INSENSITIVE : ResultSet.TYPE_FORWARD_ONLY,
                          ResultSet.CONCUR_UPDATABLE);
              ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
              if (delete) {
                rows.deleteRow();
              } else {
                rows.updateInt(column, number);
                rows.updateRow();
                seen.add(Seen.row(rows));
              }
            }
            seen.add("before first " + (scroll && rows.first()));
          }
        });
  }
}
