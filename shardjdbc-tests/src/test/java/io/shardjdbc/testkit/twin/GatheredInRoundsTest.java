package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of one table that are asked for by what was found in another, where NULLs, outer joins, NOT
 * EXISTS, NOT IN, sub-queries and casts decide which of them matter.
 *
 * <p>{@code -Dshardjdbc.rounds.statements} is how many statements are drawn, {@code
 * -Dshardjdbc.rounds.seed} repeats a draw.
 */
class GatheredInRoundsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final int STATEMENTS = Integer.getInteger("shardjdbc.rounds.statements", 80);
  private static final long SEED = Long.getLong("shardjdbc.rounds.seed", 1);

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            tables ->
                tables
                    .sharded("hubs", "k")
                    .sharded("leaves", "id")
                    .sharded("stems", "id")
                    .sharded("marks", "m")
                    .reference("kinds"));
    twin.execute("CREATE TABLE kinds (kind text PRIMARY KEY, size int)");
    twin.execute("CREATE TABLE hubs (k int PRIMARY KEY, kind text, n numeric, c char(4), d date)");
    twin.execute("CREATE TABLE leaves (id bigint PRIMARY KEY, hub bigint, tag varchar(8), v int)");
    twin.execute("CREATE TABLE stems (id bigint PRIMARY KEY, hub int, w numeric(6,1))");
    twin.execute(
        "CREATE TABLE marks (m uuid PRIMARY KEY, leaf bigint, tag text COLLATE \"C\", c char(6))");
    twin.execute("INSERT INTO kinds VALUES ('a', 1), ('b', 2), ('c', 3), ('none', NULL)");
    twin.execute(
        "INSERT INTO hubs SELECT i, CASE i % 5 WHEN 0 THEN NULL ELSE chr(96 + i % 5) END,"
            + " i / 2.0, 'x' || i % 3, date '2026-01-01' + i % 4 FROM generate_series(1, 24) i");
    twin.execute(
        "INSERT INTO leaves SELECT i, CASE i % 7 WHEN 0 THEN NULL ELSE i % 29 END, 't' || i % 6,"
            + " CASE i % 4 WHEN 0 THEN NULL ELSE i % 5 END FROM generate_series(1, 70) i");
    twin.execute("INSERT INTO stems SELECT i, i % 26, i / 4.0 FROM generate_series(1, 70, 2) i");
    twin.execute(
        "INSERT INTO marks SELECT ('00000000-0000-0000-0000-0000000000' || 10 + i)::uuid,"
            + " CASE i % 6 WHEN 0 THEN NULL ELSE i * 2 END, 't' || i % 4, 'x' || i % 3"
            + " FROM generate_series(1, 40) i");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT h.k, l.id FROM hubs h JOIN leaves l ON l.hub = h.k WHERE h.kind = 'a'",
        "SELECT h.k, l.id FROM hubs h LEFT JOIN leaves l ON l.hub = h.k WHERE h.kind = 'a'",
        "SELECT h.k, l.id FROM hubs h RIGHT JOIN leaves l ON l.hub = h.k AND h.kind = 'a'",
        "SELECT h.k, l.id FROM hubs h FULL JOIN leaves l ON l.hub = h.k AND h.kind = 'a'",
        "SELECT h.k, l.id FROM leaves l LEFT JOIN hubs h ON h.k = l.hub WHERE l.tag = 't1'",
        "SELECT h.k, l.id FROM leaves l LEFT JOIN hubs h ON h.k = l.hub AND h.kind = 'a'",
        "SELECT k FROM hubs WHERE k NOT IN (SELECT hub FROM leaves WHERE tag = 't1')",
        "SELECT k FROM hubs WHERE kind = 'a' AND k NOT IN (SELECT hub FROM leaves WHERE hub IS NOT"
            + " NULL AND tag = 't1')",
        "SELECT k FROM hubs h WHERE kind = 'b' AND NOT EXISTS (SELECT FROM leaves l WHERE l.hub ="
            + " h.k AND l.v > 2)",
        "SELECT k FROM hubs h WHERE kind = 'b' AND EXISTS (SELECT FROM leaves l WHERE l.hub = h.k)",
        "SELECT k FROM hubs h WHERE kind = 'b' OR EXISTS (SELECT FROM leaves l WHERE l.hub = h.k"
            + " AND l.tag = 't2')",
        "SELECT k, (SELECT max(v) FROM leaves l WHERE l.hub = h.k) FROM hubs h WHERE kind = 'c'",
        "SELECT k, (SELECT count(*) FROM leaves l WHERE l.hub = h.k) FROM hubs h WHERE kind = 'c'",
        "SELECT l.id FROM leaves l WHERE l.v = (SELECT max(v) FROM leaves i WHERE i.hub = l.hub)"
            + " AND l.tag = 't3'",
        "SELECT l.id FROM leaves l JOIN hubs h ON h.k = l.hub WHERE h.kind = 'a' AND l.v >"
            + " (SELECT avg(v) FROM leaves i WHERE i.hub = h.k)",
        "SELECT h.k FROM hubs h JOIN leaves l ON l.hub::text = h.k::text WHERE h.kind = 'a'",
        "SELECT h.k FROM hubs h JOIN leaves l ON l.hub = h.n WHERE h.kind = 'a'",
        "SELECT h.k FROM hubs h JOIN stems s ON s.w = h.n WHERE h.kind = 'a'",
        "SELECT h.k, m.leaf FROM hubs h JOIN marks m ON m.c = h.c WHERE h.k = 3",
        "SELECT l.id, m.leaf FROM leaves l JOIN marks m ON m.tag = l.tag COLLATE \"C\" WHERE l.id"
            + " < 4",
        "SELECT l.id, m.leaf FROM leaves l JOIN marks m ON m.leaf = l.id JOIN hubs h ON h.k ="
            + " l.hub WHERE h.kind = 'b'",
        "SELECT h.k, l.id, m.leaf FROM hubs h LEFT JOIN leaves l ON l.hub = h.k AND l.v = 1 LEFT"
            + " JOIN marks m ON m.leaf = l.id WHERE h.kind = 'a'",
        "SELECT h.k, l.id, m.leaf FROM hubs h LEFT JOIN (leaves l JOIN marks m ON m.leaf = l.id)"
            + " ON l.hub = h.k WHERE h.kind = 'a'",
        "SELECT * FROM leaves l JOIN stems s USING (id) JOIN hubs h ON h.k = l.hub WHERE h.kind ="
            + " 'd'",
        "SELECT count(*) FROM leaves l JOIN stems s USING (hub) WHERE l.tag = 't1'",
        "SELECT count(*) FROM leaves NATURAL JOIN stems",
        "SELECT h.k, t.n FROM hubs h JOIN (SELECT hub, count(*) AS n FROM leaves GROUP BY hub) t ON"
            + " t.hub = h.k WHERE h.kind = 'a'",
        "SELECT h.k, t.id FROM hubs h JOIN (SELECT hub, id FROM leaves ORDER BY id LIMIT 9) t ON"
            + " t.hub = h.k WHERE h.kind = 'a'",
        "SELECT h.k, t.id FROM hubs h JOIN (SELECT DISTINCT ON (hub) hub, id FROM leaves ORDER BY"
            + " hub, id DESC) t ON t.hub = h.k WHERE h.kind = 'a'",
        "SELECT h.k, t.r FROM hubs h JOIN (SELECT hub, rank() OVER (ORDER BY id) AS r FROM leaves)"
            + " t ON t.hub = h.k WHERE h.kind = 'a'",
        "SELECT h.k, t.r FROM hubs h JOIN (SELECT hub, rank() OVER (PARTITION BY hub ORDER BY id)"
            + " AS r FROM leaves) t ON t.hub = h.k WHERE h.kind = 'a'",
        "SELECT h.k, t.id FROM hubs h CROSS JOIN LATERAL (SELECT id FROM leaves l WHERE l.hub = h.k"
            + " ORDER BY id LIMIT 1) t WHERE h.kind = 'a'",
        "WITH few AS (SELECT * FROM hubs WHERE kind = 'a') SELECT l.id FROM leaves l JOIN few ON"
            + " few.k = l.hub WHERE l.v > (SELECT count(*) FROM few)",
        "WITH l AS (SELECT hub, sum(v) AS s FROM leaves GROUP BY hub) SELECT h.k, s FROM hubs h"
            + " JOIN l ON l.hub = h.k WHERE h.kind = 'a' AND s >= (SELECT avg(s) FROM l)",
        "SELECT h.k, l.id FROM hubs h, leaves l WHERE (h.k = l.hub AND h.kind = 'a' AND l.v = 1) OR"
            + " (l.hub = h.k AND h.kind = 'b' AND l.v = 2)",
        "SELECT h.k, l.id FROM hubs h, leaves l WHERE (h.k = l.hub AND h.kind = 'a') OR (h.k = l.v"
            + " AND h.kind = 'b')",
        "SELECT a.id, b.id FROM leaves a JOIN leaves b ON b.hub = a.v WHERE a.tag = 't1'",
        "SELECT h.k FROM hubs h WHERE h.k IN (SELECT l.hub FROM leaves l WHERE l.id IN (SELECT"
            + " m.leaf FROM marks m WHERE m.tag = 't1'))",
        "SELECT h.k FROM hubs h WHERE h.k = ANY (SELECT l.hub FROM leaves l JOIN marks m ON m.leaf"
            + " = l.id WHERE substring(m.tag from 1 for 2) = 't1')",
        "SELECT h.k FROM hubs h WHERE h.k <> ALL (SELECT l.hub FROM leaves l WHERE l.tag = 't9')",
        "SELECT h.k FROM hubs h JOIN kinds c USING (kind) JOIN leaves l ON l.hub = h.k WHERE c.size"
            + " = 2",
        "SELECT c.kind, l.id FROM kinds c LEFT JOIN hubs h USING (kind) LEFT JOIN leaves l ON l.hub"
            + " = h.k AND l.tag = 't2'",
        "SELECT h.k, l.id FROM hubs h JOIN leaves l ON l.hub = h.k WHERE h.kind = 'nobody'",
        "SELECT h.d, count(DISTINCT l.v) FROM hubs h JOIN leaves l ON l.hub = h.k WHERE h.d ="
            + " date '2026-01-02' GROUP BY h.d",
        "SELECT h.k, 10 / l.v FROM hubs h JOIN leaves l ON l.hub = h.k WHERE h.kind = 'a' AND l.v"
            + " <> 0",
        "SELECT h.k FROM hubs h JOIN leaves l ON l.hub = h.k JOIN stems s ON s.hub = l.hub JOIN"
            + " marks m ON m.leaf = s.id WHERE h.kind = 'a' AND m.tag = 't3'",
        "SELECT k FROM hubs WHERE kind = 'a' AND k IN (SELECT hub FROM leaves EXCEPT SELECT hub"
            + " FROM stems)",
        "SELECT h.k FROM hubs h WHERE h.kind = 'a' AND (SELECT sum(v) FROM leaves l JOIN stems s ON"
            + " s.id = l.id WHERE l.hub = h.k) > 1",
      })
  void answersAreThoseOfOnePostgres(String sql) throws SQLException {
    twin.assertEqual(sql);
  }

  @Test
  void valuesOfTheCallerStayInTheirPlaces() throws SQLException {
    twin.assertEqual(
        "SELECT ?::text, l.id, m.leaf FROM hubs h JOIN leaves l ON l.hub = h.k AND l.v > ? JOIN"
            + " marks m ON m.leaf = l.id WHERE h.kind = ? AND m.tag <> ?",
        "first",
        0,
        "a",
        "t0");
  }

  /** Joins of two to four tables, with conditions and a sub-query as they are drawn. */
  @LongRun
  @Test
  void drawnStatementsAreAnsweredAsOnePostgresDoes() throws SQLException {
    Random random = new Random(SEED);
    List<String> different = new ArrayList<>();
    int equal = 0;
    for (int i = 0; i < STATEMENTS; i++) {
      String sql = new Drawn(random).statement();
      Verdict verdict = twin.verify(sql);
      if (verdict instanceof Verdict.Different found) {
        different.add(found.description());
      } else if (verdict instanceof Verdict.Equal) {
        equal++;
      }
    }
    assertThat(different).describedAs("seed %s", SEED).isEmpty();
    assertThat(equal).isGreaterThan(STATEMENTS * 9 / 10);
  }

  /** One statement. */
  private static final class Drawn {

    private static final String[] TABLES = {"hubs", "leaves", "stems", "marks"};
    private static final String[][] NUMBERS = {
      {"k"}, {"id", "hub", "v"}, {"id", "hub"}, {"leaf"},
    };
    private static final String[][] CONDITIONS = {
      {"kind = 'a'", "kind <> 'b'", "k < 9", "kind IS NULL", "d = date '2026-01-03'", "k = 6"},
      {"tag = 't1'", "v = 2", "v IS NULL", "hub < 7", "id BETWEEN 5 AND 20", "hub IS NULL"},
      {"hub < 5", "w > 9", "id IN (3, 5, 9, 11)", "hub = 4"},
      {"tag = 't2'", "leaf < 30", "leaf IS NULL", "substring(tag from 2 for 1) = '3'"},
    };
    private static final String[] JOINS = {"JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"};

    private final Random random;
    private final List<Integer> tables = new ArrayList<>();

    Drawn(Random random) {
      this.random = random;
    }

    String statement() {
      StringBuilder from = new StringBuilder(add());
      int others = 1 + random.nextInt(3);
      for (int i = 0; i < others; i++) {
        String join = JOINS[random.nextInt(JOINS.length)];
        String before = number(random.nextInt(tables.size()));
        from.append(' ').append(join).append(' ').append(add()).append(" ON ");
        from.append(before).append(" = ").append(number(tables.size() - 1));
        if (random.nextInt(4) == 0 && !join.startsWith("FULL")) {
          from.append(" AND ").append(condition(random.nextInt(tables.size())));
        }
      }
      StringBuilder where = new StringBuilder(condition(random.nextInt(tables.size())));
      for (int i = random.nextInt(3); i > 0; i--) {
        where.append(random.nextInt(5) == 0 ? " OR " : " AND ");
        where.append(random.nextInt(3) == 0 ? condition(random.nextInt(tables.size())) : inside());
      }
      List<String> columns = new ArrayList<>();
      for (int i = 0; i < tables.size(); i++) {
        columns.add(number(i));
      }
      String list = random.nextInt(4) == 0 ? "count(*)" : String.join(", ", columns);
      return "SELECT " + list + " FROM " + from + " WHERE " + where;
    }

    /** A sub-query, whose own table has the label {@code i}. */
    private String inside() {
      int table = random.nextInt(TABLES.length);
      String outer = number(random.nextInt(tables.size()));
      String inner = "i." + any(NUMBERS[table]);
      String from = TABLES[table] + " i WHERE " + of("i", any(CONDITIONS[table]));
      return switch (random.nextInt(6)) {
        case 0 -> "EXISTS (SELECT FROM %s AND %s = %s)".formatted(from, inner, outer);
        case 1 -> "NOT EXISTS (SELECT FROM %s AND %s = %s)".formatted(from, inner, outer);
        case 2 -> "%s IN (SELECT %s FROM %s)".formatted(outer, inner, from);
        case 3 -> "%s NOT IN (SELECT %s FROM %s)".formatted(outer, inner, from);
        case 4 ->
            "(SELECT count(*) FROM %s AND %s = %s) < %d"
                .formatted(from, inner, outer, random.nextInt(4));
        default -> "%s = (SELECT max(%s) FROM %s)".formatted(outer, inner, from);
      };
    }

    private String add() {
      tables.add(random.nextInt(TABLES.length));
      return TABLES[tables.get(tables.size() - 1)] + " t" + (tables.size() - 1);
    }

    private String number(int at) {
      return "t" + at + "." + any(NUMBERS[tables.get(at)]);
    }

    private String condition(int at) {
      return of("t" + at, any(CONDITIONS[tables.get(at)]));
    }

    private static String of(String label, String condition) {
      return condition.startsWith("substring(")
          ? "substring(" + label + "." + condition.substring("substring(".length())
          : label + "." + condition;
    }

    private String any(String[] of) {
      return of[random.nextInt(of.length)];
    }
  }
}
