package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are another value once they are stored: rounded, cut, or of another type. */
class ConvertedKeysTest {

  private static final List<String> TABLES =
      List.of(
          "prices",
          "words",
          "times",
          "days",
          "counts",
          "sums",
          "labels",
          "tenths",
          "pairs",
          "followed",
          "ruled",
          "kept");

  /** Rows whose keys are stored as they are. */
  private static final List<String> WHOLE =
      List.of(
          "INSERT INTO prices SELECT i, i FROM generate_series(1, 9) i",
          "INSERT INTO words SELECT i::text, i FROM generate_series(1, 9) i",
          "INSERT INTO times SELECT timestamp '2024-01-01' + i * interval '1 min', i"
              + " FROM generate_series(1, 9) i",
          "INSERT INTO days SELECT date '2024-01-01' + i, i FROM generate_series(1, 9) i",
          "INSERT INTO counts SELECT i, i FROM generate_series(1, 9) i",
          "INSERT INTO sums SELECT i, i FROM generate_series(1, 9) i",
          "INSERT INTO labels SELECT i::text, i FROM generate_series(1, 9) i");

  /** Rows whose keys a shorter one would round or cut. */
  private static final List<String> LONGER =
      List.of(
          "INSERT INTO prices SELECT i + 0.25, i FROM generate_series(1, 9) i",
          "INSERT INTO words SELECT i || '  ', i FROM generate_series(1, 9) i",
          "INSERT INTO pairs SELECT i || ' ', i FROM generate_series(1, 9) i",
          "INSERT INTO counts SELECT i, i FROM generate_series(1, 9) i");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  private static void declare(RoutingConfiguration.Builder tables) {
    for (String table : TABLES) {
      tables.sharded(table, "k").policy(table, policy -> policy.withMoveRows(true));
    }
    tables.sharded("src", "id");
  }

  @BeforeAll
  static void open() throws SQLException {
    twin =
        ClusterTwin.open(
            cluster.cluster(),
            cluster.database(),
            TransactionMode.TWO_PHASE,
            ConvertedKeysTest::declare);
    twin.execute("CREATE DOMAIN price AS numeric(8, 1) CHECK (value < 1000000)");
    twin.execute("CREATE DOMAIN label AS varchar(4)");
    twin.execute("CREATE TABLE prices (k numeric(6, 2), n int)");
    twin.execute("CREATE TABLE words (k varchar(3), n int)");
    twin.execute("CREATE TABLE times (k timestamp(0), n int)");
    twin.execute("CREATE TABLE days (k date, n int)");
    twin.execute("CREATE TABLE counts (k bigint, n int)");
    twin.execute("CREATE TABLE sums (k price, n int)");
    twin.execute("CREATE TABLE labels (k label, n int)");
    twin.execute("CREATE TABLE tenths (k numeric(6, 1), n int)");
    twin.execute("CREATE TABLE pairs (k varchar(2), n int)");
    twin.execute(
        "CREATE TABLE src (id int, x numeric, f float8, t text, c char(6), at timestamp,"
            + " tz timestamptz)");
    twin.execute(
        "INSERT INTO src SELECT i, i + 0.005 * i, i / 2.0, i || '  ', i || 'a', timestamp"
            + " '2024-05-06 07:08:09.5' + i * interval '1 hour', timestamptz"
            + " '2024-05-06 23:30:00Z' + i * interval '100 ms' FROM generate_series(1, 9) i");
    for (String table : List.of("followed", "ruled", "kept")) {
      twin.execute("CREATE TABLE " + table + " (k numeric(6, 2), n int)");
    }
    twin.execute(
        "CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " INSERT INTO tenths VALUES (NEW.k, 1); RETURN NEW; END $$");
    twin.execute(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " INSERT INTO prices VALUES (NEW.k, 1); RETURN NEW; END $$");
    twin.execute(
        "CREATE TRIGGER f AFTER INSERT ON followed FOR EACH ROW EXECUTE FUNCTION follow()");
    twin.execute("CREATE TRIGGER f AFTER INSERT ON kept FOR EACH ROW EXECUTE FUNCTION keep()");
    twin.execute(
        "CREATE RULE r AS ON INSERT TO ruled DO ALSO INSERT INTO tenths VALUES (NEW.k, 1)");
    twin.execute(
        "CREATE FUNCTION put(p numeric) RETURNS void LANGUAGE sql AS"
            + " 'INSERT INTO tenths VALUES (p, 1)'");
    twin.execute(
        "CREATE PROCEDURE lay(p numeric) LANGUAGE sql AS 'INSERT INTO tenths VALUES (p, 1)'");
    twin.execute(
        "CREATE FUNCTION count_up(p bigint) RETURNS void LANGUAGE sql AS"
            + " 'INSERT INTO counts VALUES (p, 1)'");
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
  }

  /**
   * Runs it, and empties the tables that it names.
   *
   * @param filled inserts, of which those of these tables run before
   */
  private static Verdict verified(String sql, List<String> filled) throws SQLException {
    List<String> named = TABLES.stream().filter(table -> names(sql, table)).toList();
    for (String insert : filled) {
      if (named.stream().anyMatch(table -> names(insert, table))) {
        twin.execute(insert);
      }
    }
    try {
      return twin.verify(Trial.plain(sql));
    } finally {
      for (String table : named) {
        twin.verify("DELETE FROM " + table); // what lies elsewhere would fail every later test
      }
    }
  }

  private static boolean names(String sql, String table) {
    return sql.matches("(?s).*\\b" + table + "\\b.*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO prices SELECT x, id FROM src",
        "INSERT INTO prices SELECT f / 3, id FROM src RETURNING *",
        "INSERT INTO prices SELECT 1.005, id FROM src",
        "INSERT INTO prices SELECT '2.345', id FROM src WHERE id < 4 ON CONFLICT DO NOTHING",
        "INSERT INTO words SELECT t, id FROM src",
        "INSERT INTO words SELECT t || '   ', id FROM src RETURNING k || '|'",
        "INSERT INTO words SELECT 'ab    ', id FROM src",
        "INSERT INTO words SELECT c, id FROM src",
        "INSERT INTO words SELECT f, id FROM src WHERE id = 4",
        "INSERT INTO words SELECT at::date, id FROM src",
        "INSERT INTO times SELECT at, id FROM src",
        "INSERT INTO times SELECT tz, id FROM src",
        "INSERT INTO times SELECT '2024-01-01 10:00:00.6', id FROM src",
        "INSERT INTO times SELECT 'Jan 10, 2024', id FROM src WHERE id > 100",
        "INSERT INTO days SELECT tz, id FROM src",
        "INSERT INTO days SELECT at, id FROM src RETURNING k",
        "INSERT INTO counts SELECT x * 1.3, id FROM src",
        "INSERT INTO counts SELECT f, id FROM src",
        "INSERT INTO sums SELECT x, id FROM src",
        "INSERT INTO sums SELECT id, id FROM src",
        "INSERT INTO sums SELECT 3.25, id FROM src",
        "INSERT INTO sums SELECT x * 1000000, id FROM src",
        "INSERT INTO labels SELECT t || '    ', id FROM src",
        "INSERT INTO labels SELECT t, id FROM src",
        "INSERT INTO prices SELECT x * 1000000, id FROM src",
        "INSERT INTO prices VALUES (round(1.005, 3), 1), (2.0 / 3, 2)",
        "INSERT INTO words VALUES ('a' || '   ', 1), (lower('B    '), 2) RETURNING k || '|'",
        "INSERT INTO times VALUES (timestamp '2024-01-01 10:00:00.1' + interval '400 ms', 1)",
        "INSERT INTO sums VALUES (1 / 3.0, 1), (2 + 0.05, 2), (7, 3)",
        "MERGE INTO prices p USING src s ON p.k = s.x WHEN NOT MATCHED THEN INSERT VALUES (s.x,"
            + " s.id)",
        "WITH a AS (SELECT x + 0.001 AS y, id FROM src) INSERT INTO prices SELECT y, id FROM a",
      })
  void rowsGoWhereTheirStoredKeyBelongs(String sql) throws SQLException {
    Verdict outcome = verified(sql, List.of());
    if (outcome instanceof Verdict.Refused refused) {
      assertThat(refused.failsOnOne()).as(refused.message()).isTrue();
    } else {
      assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE prices SET k = 1.005 WHERE n = 3",
        "UPDATE prices SET k = k * 1.003",
        "UPDATE prices SET k = '1.005' WHERE k = 4",
        "UPDATE prices SET k = 5.004 WHERE k = 5",
        "UPDATE prices SET k = k / 3 WHERE n > 4 RETURNING k, n",
        "UPDATE words SET k = 'x    ' WHERE n = 3",
        "UPDATE words SET k = k || '   ', n = n + 1",
        "UPDATE times SET k = k + interval '700 ms'",
        "UPDATE times SET k = '2024-01-01 10:00:00.6' WHERE n < 3",
        "UPDATE days SET k = k + interval '13 hours'",
        "UPDATE counts SET k = k * 1.5",
        "UPDATE counts SET k = 2.5 WHERE n < 4",
        "UPDATE sums SET k = k * 1.26",
        "UPDATE sums SET k = 9 WHERE k = 4",
        "UPDATE labels SET k = k || '     ' RETURNING k || '|'",
      })
  void rowsMoveToWhereTheirStoredKeyBelongs(String sql) throws SQLException {
    Verdict outcome = verified(sql, WHOLE);
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  /** Rows that could stay on their shard by the key that they have where they are read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO tenths SELECT k, n FROM prices",
        "INSERT INTO tenths SELECT k, n FROM prices WHERE k = 3.25 RETURNING *",
        "INSERT INTO prices SELECT k, n FROM prices",
        "INSERT INTO pairs SELECT k, n FROM words",
        "INSERT INTO words SELECT k, n FROM pairs",
        "INSERT INTO words SELECT k, n FROM counts",
        "MERGE INTO tenths t USING prices p ON t.k = p.k WHEN NOT MATCHED THEN INSERT VALUES"
            + " (p.k, p.n)",
        "MERGE INTO pairs t USING words w ON t.k = w.k WHEN NOT MATCHED THEN INSERT VALUES"
            + " (w.k, w.n)",
        "WITH i AS (INSERT INTO tenths SELECT k, n FROM prices RETURNING n) SELECT count(*) FROM i",
        "WITH d AS (DELETE FROM prices RETURNING *) INSERT INTO tenths SELECT k, n FROM d",
      })
  void rowsOfATableWithALongerKeyGoWhereTheirStoredKeyBelongs(String sql) throws SQLException {
    Verdict outcome = verified(sql, LONGER);
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void boundKeysAreRoundedAndCutTheSame() throws SQLException {
    twin.assertEqual("INSERT INTO prices SELECT ?, id FROM src", new BigDecimal("3.125"));
    twin.assertEqual("INSERT INTO words SELECT ?, id FROM src", "ab     ");
    twin.assertEqual("INSERT INTO prices SELECT x * ?, id FROM src WHERE id < ?", 1.5, 7);
    twin.assertEqual("UPDATE prices SET k = ? WHERE n = ?", new BigDecimal("4.555"), 2);
    twin.assertEqual("UPDATE words SET k = ?, n = ? WHERE n < ?", "c      ", 5, 9);
    twin.assertEqual("INSERT INTO sums SELECT ?, id FROM src", new BigDecimal("3.125"));
    twin.assertEqual("UPDATE sums SET k = ? WHERE n = ?", new BigDecimal("4.555"), 2);
  }

  /** Code that is given a key, for a table that stores it as another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO followed VALUES (3.25, 1)",
        "INSERT INTO ruled VALUES (3.25, 1)",
        "SELECT put(3.25)",
        "CALL lay(3.25)",
      })
  void codeThatInsertsUnderAnotherKeyThanItIsGivenIsRefused(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql)))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.code()).isEqualTo("SJ0345"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INSERT INTO kept VALUES (3.25, 1)", "SELECT count_up(3)"})
  void codeThatInsertsUnderTheKeyThatItIsGivenRuns(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql))).isInstanceOf(Verdict.Equal.class);
  }
}
