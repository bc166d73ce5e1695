package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits at the ends of bigint, and aggregates of the user's own under names of the server's. */
class MergeBoundsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(cluster.cluster(), cluster.database(), tables -> tables.sharded("a", "k"));
    twin.execute("CREATE TABLE a (k bigint, g int, t text, u uuid, n numeric)");
    twin.execute(
        "INSERT INTO a SELECT i, i % 3, 'x' || i, md5(i::text)::uuid, i FROM generate_series(1, 30)"
            + " i");
    twin.execute(
        "CREATE FUNCTION larger(uuid, uuid) RETURNS uuid LANGUAGE sql IMMUTABLE"
            + " RETURN CASE WHEN $1 IS NULL OR $1 < $2 THEN $2 ELSE $1 END");
    twin.execute("CREATE AGGREGATE max(uuid) (sfunc = larger, stype = uuid)");
    twin.execute(
        "CREATE FUNCTION chain(text, text) RETURNS text LANGUAGE sql IMMUTABLE RETURN $1 || $2");
    twin.execute("CREATE AGGREGATE sum(text) (sfunc = chain, stype = text, initcond = '')");
    twin.execute("CREATE AGGREGATE avg(text) (sfunc = chain, stype = text, initcond = '')");
    twin.execute(
        "CREATE FUNCTION more(bigint, text, text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1 +"
            + " 1");
    twin.execute(
        "CREATE AGGREGATE count(text, text) (sfunc = more, stype = bigint, initcond = '0')");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT k FROM a ORDER BY k LIMIT 9223372036854775807 OFFSET 18",
        "SELECT k FROM a ORDER BY t LIMIT 9223372036854775807 OFFSET 18",
        "SELECT k FROM a ORDER BY k OFFSET 9223372036854775807 LIMIT 9223372036854775807",
        "SELECT k FROM a ORDER BY k OFFSET 9223372036854775807",
        "SELECT k FROM a ORDER BY k LIMIT 0 OFFSET 9223372036854775807",
        "SELECT k FROM a ORDER BY g, k FETCH FIRST 9223372036854775807 ROWS WITH TIES",
        "SELECT k FROM a ORDER BY g OFFSET 3 FETCH FIRST 9223372036854775807 ROWS WITH TIES",
        "SELECT g, count(*) FROM a GROUP BY g ORDER BY g LIMIT 9223372036854775807 OFFSET 1",
        "SELECT DISTINCT g FROM a ORDER BY g LIMIT 9223372036854775807 OFFSET 1",
        "SELECT k FROM a UNION ALL SELECT k FROM a ORDER BY 1 LIMIT 9223372036854775807 OFFSET 30",
        "SELECT k FROM a ORDER BY k LIMIT NULL OFFSET 20",
        "SELECT k FROM a ORDER BY k LIMIT ALL OFFSET NULL",
        "SELECT k FROM a ORDER BY k LIMIT 5 OFFSET NULL",
        "SELECT * FROM (SELECT k FROM a ORDER BY k LIMIT 9223372036854775807 OFFSET 18) s ORDER BY"
            + " k",
      })
  void limitsOfAnySizeAreKept(String sql) throws SQLException {
    twin.assertEqual(sql);
  }

  @Test
  void boundLimitsOfAnySizeAreKept() throws SQLException {
    String sql = "SELECT k FROM a ORDER BY k LIMIT ? OFFSET ?";
    twin.assertEqual(sql, Long.MAX_VALUE, 18L);
    twin.assertEqual(sql, Long.MAX_VALUE, Long.MAX_VALUE);
    twin.assertEqual(sql, 5L, Long.MAX_VALUE);
    twin.assertEqual("SELECT k FROM a ORDER BY t LIMIT ? OFFSET ?", Long.MAX_VALUE, 18);
    Verdict limited =
        twin.verify(Trial.of(sql, Long.MAX_VALUE, 18L).withMaxRows(Integer.MAX_VALUE));
    assertThat(limited).isInstanceOf(Verdict.Equal.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT k FROM a ORDER BY k LIMIT ? OFFSET 1",
        "SELECT k FROM a ORDER BY k LIMIT 3 OFFSET ?",
        "SELECT k FROM a ORDER BY k OFFSET ?",
        "SELECT g, count(*) FROM a GROUP BY g ORDER BY g LIMIT ? OFFSET 1",
        "SELECT k FROM a ORDER BY g OFFSET 1 FETCH FIRST ? ROWS WITH TIES",
      })
  void aNullIsABoundOnlyWhereItsTypeIsANumber(String sql) throws SQLException {
    for (int type : List.of(Types.VARCHAR, Types.DATE, Types.BIGINT, Types.NUMERIC, Types.NULL)) {
      Trial trial = new Trial(sql, List.of(Parameter.ofNull(type)), false, 0, 0);
      assertThat(twin.verify(trial)).as("type %d", type).isInstanceOf(Verdict.Equal.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT max(u) FROM a",
        "SELECT g, max(u) FROM a GROUP BY g ORDER BY g",
        "SELECT sum(t) FROM a WHERE k = 5",
        "SELECT length(sum(t)) FROM a",
        "SELECT g, length(sum(t)) FROM a GROUP BY g ORDER BY g",
        "SELECT count(t, t) FROM a",
        "SELECT g, length(avg(t)) FROM a GROUP BY g ORDER BY g",
        "SELECT sum(k), max(k), count(*), avg(n) FROM a",
        "SELECT g, sum(k), max(t), avg(n) FROM a GROUP BY g ORDER BY g",
        "SELECT g, max(u) FROM a GROUP BY g HAVING count(*) > 1 ORDER BY max(u)",
        "SELECT DISTINCT max(u) OVER (PARTITION BY g) FROM a",
      })
  void aggregatesOfTheUsersOwnUnderNamesOfTheServersAreAnsweredOrRefused(String sql)
      throws SQLException {
    Verdict outcome = twin.verify(sql);
    assertThat(outcome).isNotInstanceOf(Verdict.Different.class);
    if (outcome instanceof Verdict.Refused refused) {
      System.out.println(refused.message() + " <- " + sql);
    }
  }
}
