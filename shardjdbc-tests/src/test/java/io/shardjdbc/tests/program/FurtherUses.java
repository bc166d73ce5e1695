package io.shardjdbc.tests.program;

import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Steps that use what few programs use: keys by every form, batches that fail, rows held over a
 * commit, cursors of functions, notifications, time-outs, descriptions of the schema.
 */
final class FurtherUses {

  private static final List<String> KEYED =
      List.of(
          "INSERT INTO post (user_id, body) VALUES (%d, 'keyed')",
          "INSERT INTO own (name) VALUES ('keyed %d')",
          "INSERT INTO kind (name) VALUES ('keyed %d'), ('more')",
          "INSERT INTO item (acct_id, n) VALUES (3, %d)",
          "INSERT INTO rare (id, name) VALUES (%d, 'keyed')",
          "UPDATE acct SET lvl = 7 WHERE id = %d",
          "DELETE FROM item WHERE acct_id = %d",
          "INSERT INTO logs (what) VALUES ('keyed %d')");

  private static final List<String> FAILING =
      List.of(
          "INSERT INTO acct (id, lvl) VALUES (%d, %d)",
          "UPDATE acct SET lvl = 100 / (%2$d - 5) WHERE id = %1$d",
          "INSERT INTO stamped VALUES (%d, 9 - %d, 'batch')",
          "INSERT INTO rare (id, name) VALUES (%d, left('bad', %d))",
          "INSERT INTO file (folder_id, n) VALUES (%d, %d)",
          "INSERT INTO country VALUES ('k%d', 'batch', %d)");

  private static final List<String> HELD =
      List.of(
          "SELECT id, name FROM acct ORDER BY id",
          "SELECT code FROM country ORDER BY code",
          "SELECT k FROM conf ORDER BY k",
          "SELECT id, name FROM acct WHERE id = 4",
          "SELECT tag, count(*) FROM acct GROUP BY tag ORDER BY tag");

  private final Draw draw;

  FurtherUses(Draw draw) {
    this.draw = draw;
  }

  Step step(int session) {
    int dice = draw.below(100);
    if (dice < 25) {
      return keys(session);
    } else if (dice < 42) {
      return failing(session);
    } else if (dice < 55) {
      return held(session);
    } else if (dice < 70) {
      return out(session);
    } else if (dice < 78) {
      return hear(session);
    } else if (dice < 80) {
      return late(session);
    }
    return described(session);
  }

  private Step keys(int session) {
    String sql = draw.pick(KEYED).formatted(draw.between(1, 20));
    String column = sql.contains("item") ? "item_id" : "id";
    int form = draw.below(5);
    return new Step(
        session,
        sql + " (keys by form " + form + ")",
        false,
        (s, seen) -> {
          try (Statement statement = s.connection().createStatement()) {
            switch (form) {
              case 0 ->
                  seen.add(
                      "count " + statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS));
              case 1 -> seen.add("count " + statement.executeUpdate(sql, new String[] {column}));
              case 2 -> seen.add("rows " + statement.execute(sql, Statement.RETURN_GENERATED_KEYS));
              case 3 -> seen.add("rows " + statement.execute(sql, new String[] {column}));
              default ->
                  seen.add(
                      "count " + statement.executeLargeUpdate(sql, Statement.NO_GENERATED_KEYS));
            }
            seen.add("update count " + statement.getUpdateCount());
            seen.rows(statement.getGeneratedKeys());
          }
        });
  }

  /** A batch without a transaction around it, of which one entry or another fails. */
  private Step failing(int session) {
    String template = draw.pick(FAILING);
    List<String> texts = new ArrayList<>();
    for (int i = draw.between(2, 5); i > 0; i--) {
      texts.add(template.formatted(draw.between(1, 30), draw.between(1, 12)));
    }
    return new Step(
        session,
        "batch that may fail, of INSERT or so: " + texts,
        false,
        (s, seen) -> {
          if (s.variant() == Variant.SIMPLE) {
            return; // the driver goes on behind an entry that has failed
          }
          try (Statement statement = s.connection().createStatement()) {
            for (String text : texts) {
              statement.addBatch(text);
            }
            seen.add("counts " + Arrays.toString(statement.executeBatch()));
          } catch (BatchUpdateException e) {
            throw e.getNextException() == null ? e : e.getNextException();
          }
        });
  }

  /** Rows that are read on after a commit; where a transaction is open, before its end alone. */
  private Step held(int session) {
    String sql = draw.pick(HELD);
    boolean commits = draw.chance(60);
    return new Step(
        session,
        "hold " + sql + (commits ? " over a commit" : ""),
        true,
        (s, seen) -> {
          Connection connection = s.connection();
          boolean alone = connection.getAutoCommit();
          if (alone) {
            connection.setAutoCommit(false);
          }
          try (Statement statement =
              connection.createStatement(
                  ResultSet.TYPE_FORWARD_ONLY,
                  ResultSet.CONCUR_READ_ONLY,
                  ResultSet.HOLD_CURSORS_OVER_COMMIT)) {
            statement.setFetchSize(2);
            ResultSet rows = statement.executeQuery(sql);
            seen.add("first " + rows.next() + " " + rows.getString(1));
            if (alone && commits) {
              connection.commit();
            }
            while (rows.next()) {
              seen.add(Seen.row(rows));
            }
          } finally {
            if (alone) {
              connection.rollback();
              connection.setAutoCommit(true);
            }
          }
        });
  }

  /** Calls that give several values, or rows. */
  private Step out(int session) {
    int number = draw.between(1, 4);
    int form = draw.below(4);
    String sql =
        switch (form) {
          case 0 -> "{call two(?, ?)}";
          case 1 -> "{? = call cursor_of(?)}";
          case 2 -> "{call list_items(?)}";
          default -> "{? = call conf_of(?)}";
        };
    return new Step(
        session,
        sql + " gives several, of " + number,
        form != 2,
        (s, seen) -> {
          Connection connection = s.connection();
          boolean alone = connection.getAutoCommit();
          if (alone && form == 1) {
            connection.setAutoCommit(false); // a cursor ends with its transaction
          }
          try (CallableStatement statement = connection.prepareCall(sql)) {
            switch (form) {
              case 0 -> {
                statement.setInt(1, number);
                statement.registerOutParameter(1, Types.INTEGER);
                statement.registerOutParameter(2, Types.VARCHAR);
                statement.execute();
                seen.add(statement.getInt(1) + " " + statement.getString(2));
              }
              case 1 -> {
                statement.registerOutParameter(1, Types.REF_CURSOR);
                statement.setInt(2, number);
                statement.execute();
                seen.rows((ResultSet) statement.getObject(1));
              }
              case 2 -> {
                statement.setLong(1, number);
                seen.rows(statement.executeQuery());
              }
              default -> {
                statement.registerOutParameter(1, Types.INTEGER);
                statement.setString(2, "a");
                statement.execute();
                seen.add(statement.getInt(1) + " " + statement.wasNull());
              }
            }
          } finally {
            if (alone && form == 1) {
              connection.rollback();
              connection.setAutoCommit(true);
            }
          }
        });
  }

  /** Listens, and hears itself; a transaction that is open keeps what it tells until its end. */
  private Step hear(int session) {
    String what = draw.of("x", "y", "");
    return new Step(
        session,
        "listen and hear '" + what + "'",
        true,
        (s, seen) -> {
          Connection connection = s.connection();
          boolean alone = connection.getAutoCommit();
          if (alone) {
            connection.setAutoCommit(false);
          }
          try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN own_channel");
            PGConnection driver = connection.unwrap(PGConnection.class);
            statement.execute("NOTIFY own_channel, '" + what + "'");
            if (alone) {
              connection.commit();
            }
            PGNotification[] heard = driver.getNotifications();
            for (PGNotification one : heard == null ? new PGNotification[0] : heard) {
              seen.add("heard " + one.getName() + " '" + one.getParameter() + "'");
            }
          } finally {
            if (alone) {
              connection.rollback();
              connection.setAutoCommit(true);
            }
          }
        });
  }

  /** A statement that takes longer than it may. */
  private Step late(int session) {
    String sql =
        draw.of(
            "SELECT pg_sleep(5), id FROM acct WHERE id = 3",
            "SELECT pg_sleep(5)",
            "UPDATE acct SET name = pg_sleep(5)::text WHERE id = 4");
    return new Step(
        session,
        "takes too long: " + sql,
        true,
        (s, seen) -> {
          try (PreparedStatement statement = s.connection().prepareStatement(sql)) {
            statement.setQueryTimeout(1);
            statement.execute();
          }
        });
  }

  /** What the connection says of tables. */
  private Step described(int session) {
    String table =
        draw.of("acct", "item", "conf", "logs", "country", "rare", "mark", "rich", "none");
    int form = draw.below(6);
    return new Step(
        session,
        "describe table " + table + " by form " + form,
        false,
        (s, seen) -> {
          DatabaseMetaData data = s.connection().getMetaData();
          ResultSet rows =
              switch (form) {
                case 0 -> data.getTables(null, "public", table, null);
                case 1 -> data.getColumns(null, "public", table, "%");
                case 2 -> data.getPrimaryKeys(null, "public", table);
                case 3 -> data.getImportedKeys(null, "public", table);
                case 4 -> data.getExportedKeys(null, "public", table);
                default ->
                    data.getBestRowIdentifier(
                        null, "public", table, DatabaseMetaData.bestRowSession, true);
              };
          try (rows) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
              StringBuilder line = new StringBuilder();
              for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                String value = rows.getString(i);
                boolean database = value != null && value.equals(s.connection().getCatalog());
                line.append(database ? "the database" : value).append(" | ");
              }
              lines.add(line.toString());
            }
            lines.sort(null);
            lines.forEach(seen::add);
          }
        });
  }
}
