package io.shardjdbc.tests.program;

import io.shardjdbc.ShardConnection;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Steps that use more of JDBC: statements that are kept and run many times, several statements in
 * one text, scrolling, rows that are inserted through a result, COPY, batches of texts.
 */
final class MoreUses {

  /** Values of one mark that a kept statement gets one after another, each by another setter. */
  private static final List<String> REPEATED =
      List.of(
          "SELECT id, name FROM acct WHERE id = {k}",
          "SELECT id, lvl FROM acct WHERE lvl > {n} ORDER BY id",
          "SELECT count(*), sum(bal) FROM acct WHERE bal > {m}",
          "SELECT k, n FROM word WHERE k = {w}",
          "SELECT u, n FROM tok WHERE u = {u}",
          "SELECT id FROM acct WHERE id = ANY ({keys}) ORDER BY id",
          "SELECT v FROM tiny WHERE k = {lim}",
          "SELECT id FROM acct ORDER BY name, id LIMIT {lim}",
          "SELECT {n} + 1",
          "SELECT id, tags FROM gen WHERE id = {k}",
          "SELECT day, what FROM event WHERE user_id = {k} ORDER BY day",
          "SELECT id, {t}::text FROM acct WHERE id < 4 ORDER BY id",
          "SELECT a.id, i.n FROM acct a JOIN item i ON i.acct_id = a.id WHERE i.n > {n} ORDER BY 1,"
              + " 2",
          "UPDATE acct SET lvl = lvl + 1 WHERE id = {k}",
          "UPDATE acct SET bal = {m}",
          "UPDATE acct SET name = {t} WHERE id IN ({k}, {k})",
          "INSERT INTO item (acct_id, n) VALUES ({k}, {n})",
          "INSERT INTO own (name, n) VALUES ({t}, {n}) RETURNING id",
          "INSERT INTO word (k, n) VALUES ({w}, {n}) ON CONFLICT (k) DO UPDATE SET n = excluded.n",
          "UPDATE country SET n = {n} WHERE code = {c}",
          "DELETE FROM item WHERE n = {n}");

  private static final List<String> TOGETHER =
      List.of(
          "UPDATE acct SET lvl = lvl + 1 WHERE id = {k}",
          "UPDATE acct SET lvl = lvl + 1",
          "INSERT INTO item (acct_id, n) VALUES ({k}, {n})",
          "SELECT id, lvl FROM acct WHERE id = {k}",
          "SELECT count(*) FROM item",
          "UPDATE conf SET v = v + 1 WHERE k = 'a'",
          "INSERT INTO country VALUES ({c}, {t}, {n})",
          "SELECT 1 / {lim}",
          "SELECT * FROM country ORDER BY code",
          "INSERT INTO own (name) VALUES ({t}) RETURNING id",
          "SET LOCAL work_mem = '6MB'",
          "SET work_mem = '6MB'",
          "SAVEPOINT a",
          "BEGIN",
          "COMMIT",
          "ROLLBACK");

  private static final List<String> SCROLLED =
      List.of(
          "SELECT id, name FROM acct ORDER BY id",
          "SELECT id, name FROM acct WHERE id = 4",
          "SELECT code, n FROM country ORDER BY code",
          "SELECT a.id, i.n FROM acct a JOIN item i ON i.acct_id = a.id ORDER BY a.id, i.n",
          "SELECT tag, count(*) FROM acct GROUP BY tag ORDER BY tag",
          "SELECT v FROM conf ORDER BY v",
          "SELECT id FROM acct WHERE false");

  private static final List<String> COPIED_OUT =
      List.of(
          "COPY word TO STDOUT",
          "COPY acct (id, name, lvl) TO STDOUT WITH (FORMAT csv)",
          "COPY country TO STDOUT WITH CSV HEADER",
          "COPY (SELECT id, name FROM acct WHERE id = 3) TO STDOUT",
          "COPY (SELECT k, v FROM conf ORDER BY k) TO STDOUT",
          "COPY gen (id, b, tags) TO STDOUT",
          "COPY event TO STDOUT");

  private static final List<String> COPIED_IN =
      List.of(
          "COPY word (k, n) FROM STDIN|w{new}\t{n}",
          "COPY acct (id, name, lvl) FROM STDIN WITH (FORMAT csv)|{new},x y,{n}",
          "COPY acct (id, name) FROM STDIN WITH CSV|{k},again",
          "COPY item (acct_id, n) FROM STDIN|{k}\t{n}",
          "COPY country FROM STDIN WITH (FORMAT csv)|z{n},land,{n}",
          "COPY conf FROM STDIN|c{n}\t{n}",
          "COPY gen (id, a, tags) FROM STDIN|{new}\t{n}\t{{a,b}}",
          "COPY event FROM STDIN|{new}\t2020-01-0{lim}\tcopied",
          "COPY pair FROM STDIN|{n}\tcopied\t1",
          "COPY code FROM STDIN|x{n}\t{n}");

  private final Draw draw;
  private final Author author;

  MoreUses(Draw draw, Author author) {
    this.draw = draw;
    this.author = author;
  }

  Step step(int session) {
    int dice = draw.below(100);
    if (dice < 35) {
      return repeat(session);
    } else if (dice < 50) {
      return together(session);
    } else if (dice < 62) {
      return scroll(session);
    } else if (dice < 70) {
      return insertRow(session);
    } else if (dice < 78) {
      return texts(session);
    }
    return draw.chance(40) ? copyOut(session) : copyIn(session);
  }

  private Step repeat(int session) {
    String template = draw.pick(REPEATED);
    List<Author.Text> runs = new ArrayList<>();
    for (int i = draw.between(3, 12); i > 0; i--) {
      Author.Text text = author.text(template, false);
      if (runs.isEmpty() || text.sql().equals(runs.get(0).sql())) {
        runs.add(text);
      }
    }
    String sql = runs.get(0).sql();
    int most = draw.chance(20) ? draw.between(1, 3) : 0;
    return new Step(
        session,
        "repeat INSERT or so: "
            + sql
            + " -- "
            + runs.stream().map(Author.Text::parameters).toList()
            + (most > 0 ? " (at most " + most + " rows)" : ""),
        template.contains("ORDER BY"),
        (s, seen) -> {
          PreparedStatement statement = s.prepared(sql);
          // By simple queries, the driver forgets how many rows there may be at most.
          boolean bounded = sql.contains("ORDER BY") && s.variant() != Variant.SIMPLE;
          statement.setMaxRows(bounded ? most : 0);
          try {
            for (Author.Text run : runs) {
              Uses.bind(statement, run.parameters());
              Author.answer(statement, statement.execute(), seen);
            }
          } finally {
            statement.setMaxRows(0);
          }
        });
  }

  /** Several statements in one text, and all their answers. */
  private Step together(int session) {
    List<String> parts = new ArrayList<>();
    for (int i = draw.between(2, 4); i > 0; i--) {
      parts.add(author.text(draw.pick(TOGETHER), true).sql());
    }
    String sql = String.join("; ", parts);
    return new Step(
        session,
        "together: " + sql,
        false,
        (s, seen) -> {
          try (Statement statement = s.connection().createStatement()) {
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
              if (rows) {
                seen.rows(statement.getResultSet());
              } else {
                seen.add("count " + statement.getUpdateCount());
              }
              rows = statement.getMoreResults();
            }
          }
        });
  }

  private Step scroll(int session) {
    String sql = draw.pick(SCROLLED);
    List<Integer> moves = new ArrayList<>();
    for (int i = draw.between(3, 8); i > 0; i--) {
      moves.add(draw.between(-3, 14));
    }
    return new Step(
        session,
        "scroll " + sql + " by " + moves,
        true,
        (s, seen) -> {
          try (Statement statement =
                  s.connection()
                      .createStatement(
                          ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
              ResultSet rows = statement.executeQuery(sql)) {
            for (int move : moves) {
              boolean on =
                  switch (move) {
                    case 11 -> rows.next();
                    case 12 -> rows.previous();
                    case 13 -> rows.last();
                    case 14 -> rows.relative(-2);
                    default -> rows.absolute(move);
                  };
              seen.add(
                  "%d: %s, row %d, %s %s"
                      .formatted(
                          move, on, rows.getRow(), rows.isBeforeFirst(), rows.isAfterLast()));
              if (on) {
                seen.add(Seen.row(rows));
              }
            }
          }
        });
  }

  private Step insertRow(int session) {
    int key = draw.between(1, 40);
    int level = draw.between(1, 600);
    boolean refresh = draw.chance(30);
    return new Step(
        session,
        "insert row " + key + " of acct with " + level,
        true,
        (s, seen) -> {
          try (Statement statement =
                  s.connection()
                      .createStatement(
                          ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
              ResultSet rows =
                  statement.executeQuery("SELECT id, name, lvl FROM acct WHERE id = " + key)) {
            boolean there = rows.next();
            if (there && refresh) {
              rows.refreshRow();
              seen.add(Seen.row(rows));
            }
            rows.moveToInsertRow();
            rows.updateLong(1, key);
            rows.updateString(2, "inserted");
            rows.updateInt(3, level);
            rows.insertRow();
            rows.moveToCurrentRow();
            seen.add("there before " + there);
          }
        });
  }

  /** A batch of texts. */
  private Step texts(int session) {
    List<String> texts = new ArrayList<>();
    for (int i = draw.between(2, 4); i > 0; i--) {
      texts.add(author.text(draw.pick(TOGETHER.subList(0, 3)), true).sql());
    }
    return new Step(
        session,
        "batch of INSERT or so: " + texts,
        false,
        (s, seen) -> {
          Connection connection = s.connection();
          boolean alone = connection.getAutoCommit();
          if (alone) {
            connection.setAutoCommit(false);
          }
          try (Statement statement = connection.createStatement()) {
            for (String text : texts) {
              statement.addBatch(text);
            }
            seen.add("counts " + Arrays.toString(statement.executeBatch()));
            if (alone) {
              connection.commit();
            }
          } catch (java.sql.BatchUpdateException e) {
            throw e.getNextException() == null ? e : e.getNextException();
          } finally {
            if (alone) {
              connection.rollback();
              connection.setAutoCommit(true);
            }
          }
        });
  }

  private Step copyOut(int session) {
    String sql = draw.pick(COPIED_OUT);
    return new Step(
        session,
        sql,
        false,
        (s, seen) -> {
          StringWriter out = new StringWriter();
          try {
            long rows =
                s.isOne()
                    ? s.connection().unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out)
                    : s.connection().unwrap(ShardConnection.class).copy().copyOut(sql, out);
            seen.add("copied " + rows);
          } catch (IOException e) {
            throw new SQLException(e);
          }
          List<String> lines = new ArrayList<>(out.toString().lines().toList());
          lines.sort(null);
          lines.forEach(seen::add);
        });
  }

  private Step copyIn(int session) {
    String[] parts = draw.pick(COPIED_IN).split("\\|", 2);
    StringBuilder data = new StringBuilder();
    for (int i = draw.between(1, 5); i > 0; i--) {
      data.append(
              parts[1]
                  .replace("{new}", "" + draw.between(13, 60))
                  .replace("{k}", "" + draw.between(1, 13))
                  .replace("{n}", "" + draw.between(1, draw.chance(90) ? 40 : 600))
                  .replace("{lim}", "" + draw.between(1, 9))
                  .replace("{{", "{")
                  .replace("}}", "}"))
          .append('\n');
    }
    if (draw.chance(5)) {
      data.append("broken\n");
    }
    return new Step(
        session,
        parts[0] + " -- " + data.toString().replace("\n", " / "),
        false,
        (s, seen) -> {
          try {
            StringReader in = new StringReader(data.toString());
            long rows =
                s.isOne()
                    ? s.connection().unwrap(PGConnection.class).getCopyAPI().copyIn(parts[0], in)
                    : s.connection().unwrap(ShardConnection.class).copy().copyIn(parts[0], in);
            seen.add("copied " + rows);
          } catch (IOException e) {
            throw new SQLException(e);
          }
        });
  }
}
