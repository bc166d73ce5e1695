package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.plan.Routers;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys equal each other through other values, and what NULL does to that. */
class KeyEqualityTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            tables ->
                tables
                    .sharded("a", "k")
                    .sharded("b", "k")
                    .sharded("ta", "k")
                    .sharded("tb", "k")
                    .sharded("likes", "post_id")
                    .reference("r"));
    twin.execute("CREATE TABLE a (k bigint, v int)");
    twin.execute("CREATE TABLE b (k bigint, w float8)");
    twin.execute("CREATE TABLE ta (k varchar, v int)");
    twin.execute("CREATE TABLE tb (k varchar, w char(6))");
    twin.execute("CREATE TABLE likes (post_id bigint, v int)");
    twin.execute("CREATE TABLE r (f float8, n numeric, c char(6), x bigint)");
    for (int table = 0; table < 2; table++) {
      twin.execute(
          "INSERT INTO %s VALUES (9007199254740992, 1), (9007199254740993, 2), (16777216, 3),"
                  .formatted(table == 0 ? "a" : "b")
              + " (16777217, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9)");
    }
    twin.execute("INSERT INTO ta VALUES ('x', 1), ('x ', 2), ('x  ', 3), ('y', 4)");
    twin.execute("INSERT INTO tb VALUES ('x', 'x'), ('x ', 'x'), ('x  ', 'x'), ('y', 'y')");
    twin.execute("INSERT INTO likes VALUES (5, 1), (6, 2), (5, 3), (11, 4)");
    twin.execute(
        "INSERT INTO r VALUES (9007199254740992, 9007199254740992, 'x', 9007199254740992),"
            + " (16777216, 5, 'y', NULL), (NULL, NULL, NULL, 5)");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a.v, b.w FROM a JOIN (VALUES (9007199254740993::float8)) c(x) ON a.k = c.x JOIN b"
            + " ON b.k = c.x",
        "SELECT a.v, b.w FROM a JOIN (SELECT 9007199254740992::float8 AS x) c ON a.k = c.x JOIN b"
            + " ON b.k = c.x",
        "SELECT a.v, b.w FROM a, b, (VALUES (16777216::float4), (5)) c(x) WHERE a.k = c.x AND b.k ="
            + " c.x",
        "SELECT a.v, b.w FROM a, b, unnest('{9007199254740992,5}'::float8[]) c(x) WHERE a.k = c.x"
            + " AND b.k = c.x",
        "SELECT a.v, b.w FROM a, b, unnest(ARRAY[9007199254740992::float8, 5]) c(x) WHERE a.k = c.x"
            + " AND b.k = c.x",
        "WITH c(x) AS (VALUES (9007199254740992::real), (6)) SELECT a.v, b.w FROM a JOIN c ON k = x"
            + " JOIN b ON b.k = x",
        "SELECT u.k, b.w FROM (SELECT k FROM a UNION ALL SELECT 5::float8) u JOIN b ON b.k = u.k",
        "SELECT u.k, b.w FROM (SELECT k::float8 FROM a) u JOIN b ON b.k = u.k",
        "SELECT a.v, b.w FROM a JOIN r ON a.k = r.f JOIN b ON b.k = r.f",
        "SELECT a.v, b.w FROM a JOIN r ON a.k = r.n JOIN b ON b.k = r.n",
        "SELECT a.v, b.w FROM a JOIN b ON a.k = b.w",
        "SELECT a.v, b.w FROM a JOIN b ON a.k::float4 = b.k::float4",
        "SELECT a.v FROM a WHERE k IN (SELECT x FROM (VALUES (9007199254740993::float8)) c(x))",
        "SELECT a.v, (SELECT count(*) FROM b WHERE b.k = c.x) FROM a JOIN (VALUES"
            + " (9007199254740992e0::float8)) c(x) ON a.k = c.x",
        "SELECT ta.v, tb.w FROM ta JOIN (VALUES ('x'::char(6))) c(x) ON ta.k = c.x JOIN tb ON tb.k"
            + " = c.x",
        "SELECT ta.v, tb.w FROM ta JOIN (VALUES ('x'::bpchar)) c(x) ON ta.k = c.x JOIN tb ON tb.k ="
            + " c.x",
        "SELECT ta.v, tb.w FROM ta JOIN (VALUES ('x'::name)) c(x) ON ta.k = c.x JOIN tb ON tb.k ="
            + " c.x",
        "SELECT ta.v, tb.w FROM ta JOIN tb ON ta.k = tb.w",
        "SELECT ta.v, r.c, tb.w FROM ta JOIN r ON ta.k = r.c JOIN tb ON tb.k = r.c",
        "SELECT ta.v FROM ta WHERE k = 'x'::char(3)",
        "SELECT ta.v FROM ta WHERE k = ANY ('{x}'::bpchar[])",
        "SELECT v FROM a WHERE k = 16777217::float4",
        "SELECT v FROM a WHERE k IN (16777217::float4, 5)",
        "SELECT v FROM a WHERE k IN (9007199254740993, 5::float8)",
        "SELECT v FROM a WHERE k = 9007199254740993::float8::bigint",
        "SELECT v FROM a WHERE k = '9007199254740993'::float8",
        "SELECT v FROM a WHERE (k, v) IN ((9007199254740993::float8, 1), (5, 5))",
      })
  void keysAreTakenForEqualOnlyWhereTheirTypeKeepsThemApart(String sql) throws SQLException {
    twin.assertEqual(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a.v, b.w FROM a JOIN (VALUES (1), (2), (5), (6), (7)) c(x) ON a.k = c.x JOIN b ON"
            + " b.k = c.x",
        "SELECT a.v, b.w FROM a JOIN (VALUES (5.0), (6), (7), (8), (9)) c(x) ON a.k = c.x JOIN b ON"
            + " b.k = c.x",
        "SELECT a.v, b.w FROM a, b, unnest('{5,6,7,8,9}'::bigint[]) c(x) WHERE a.k = c.x AND b.k ="
            + " c.x",
      })
  void keysAreStillComparedThroughConstantsOfTheirOwnKind(String sql) throws SQLException {
    twin.assertEqual(sql);
    RoutingConfiguration tables =
        RoutingConfiguration.builder()
            .shards("s0", "s1")
            .sharded("a", "k")
            .sharded("b", "k")
            .build();
    assertThat(Routers.of(tables).explain(sql)).doesNotContain("gather");
  }

  @Test
  void boundConstantsThatRoundAreRefusedOrAnsweredExactly() throws SQLException {
    String join =
        "SELECT a.v, b.w FROM a JOIN (VALUES (?), (?)) c(x) ON a.k = c.x JOIN b ON b.k = c.x";
    assertThat(twin.verify(join, 9_007_199_254_740_992.0, 5.0)).isInstanceOf(Verdict.Refused.class);
    assertThat(twin.verify(join, Parameter.object(5, Types.REAL), 5L))
        .isInstanceOf(Verdict.Refused.class);
    twin.assertEqual(join, 5L, 6L);
    twin.assertEqual(join, 5L, new BigDecimal("6.0"));
    twin.assertEqual(join, 5, Long.MAX_VALUE);
    String union =
        "SELECT u.k, b.w FROM (SELECT k FROM a UNION ALL SELECT ?) u JOIN b ON b.k = u.k";
    assertThat(twin.verify(union, 5.0)).isNotInstanceOf(Verdict.Different.class);
    twin.assertEqual(union, 5L);
    String texts =
        "SELECT ta.v, tb.w FROM ta JOIN (VALUES (?), (?)) c(x) ON ta.k = c.x JOIN tb ON tb.k = c.x";
    assertThat(
            twin.verify(
                texts, Parameter.object("x", Types.CHAR), Parameter.object("y", Types.CHAR)))
        .isNotInstanceOf(Verdict.Different.class);
    twin.assertEqual(texts, "x", "y");
    String arrays = "SELECT a.v, b.w FROM a, b, unnest(?) c(x) WHERE a.k = c.x AND b.k = c.x";
    assertThat(twin.verify(arrays, Parameter.array("float8", 5.0, 9_007_199_254_740_992.0)))
        .isNotInstanceOf(Verdict.Different.class);
    twin.assertEqual(arrays, Parameter.array("int8", 5L, 6L, 7L, 8L));
  }

  @Test
  void aBoundNullMeetsWhatIsNotStrict() throws SQLException {
    String outer =
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id"
            + " WHERE l.post_id IS NOT DISTINCT FROM ?";
    twin.assertEqual(outer, Parameter.ofNull(Types.BIGINT));
    twin.assertEqual(outer, 5L);
    String plain = "SELECT v FROM a WHERE k IS NOT DISTINCT FROM ?";
    twin.assertEqual(plain, Parameter.ofNull(Types.BIGINT));
    twin.assertEqual(plain, 5L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l.post_id IS NOT"
            + " DISTINCT FROM NULL",
        "SELECT a.k, b.k FROM a LEFT JOIN b ON a.k = b.k AND b.w > 6 WHERE b.k IS NOT DISTINCT FROM"
            + " NULL",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l.post_id IS NOT"
            + " DISTINCT FROM 5",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.v = l.v WHERE l.post_id IS NOT"
            + " DISTINCT FROM NULL::bigint",
        "SELECT a.k, l.v FROM a LEFT JOIN likes l ON a.v = l.v WHERE l.v IS NOT DISTINCT FROM NULL",
        "SELECT a.k, r.x FROM a LEFT JOIN r ON a.k = r.x WHERE a.k IS NOT DISTINCT FROM r.x",
        "SELECT a.k, b.k FROM a FULL JOIN b ON a.v = b.w - 1 WHERE a.k IS NOT DISTINCT FROM b.k",
        "SELECT a.k, b.k FROM a LEFT JOIN b ON a.v = b.w - 1 WHERE b.k IS NOT DISTINCT FROM"
            + " NULLIF(1, 1)",
        "SELECT a.k, l.post_id, m.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id LEFT JOIN"
            + " likes m ON m.v = a.v WHERE l.post_id IS NOT DISTINCT FROM m.post_id",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l.post_id IS"
            + " DISTINCT FROM 5",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE"
            + " coalesce(l.post_id, 5) = 5",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE (l.post_id = 5) IS"
            + " NOT TRUE",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l.post_id = 5 OR"
            + " l.post_id IS NULL",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE NOT (l.post_id ="
            + " ANY ('{5,6}'::bigint[])) IS TRUE",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l.post_id = ANY"
            + " (ARRAY[5, NULL])",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE CASE WHEN"
            + " l.post_id = 5 THEN false ELSE true END",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l.post_id BETWEEN"
            + " 5 AND NULL OR l.post_id IS NULL",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE (l.post_id, l.v)"
            + " IS NOT DISTINCT FROM (NULL::bigint, NULL::int)",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE (a.k, l.post_id)"
            + " IS NOT DISTINCT FROM (7, NULL)",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l.post_id NOT IN"
            + " (5)",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE"
            + " num_nulls(l.post_id, l.v) = 2",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE concat(l.post_id,"
            + " l.v) = ''",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l IS NULL",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE l IS NOT DISTINCT"
            + " FROM NULL",
        "SELECT count(*) FROM a LEFT JOIN (SELECT DISTINCT post_id FROM likes) l ON a.k = l.post_id"
            + " WHERE l.post_id IS NOT DISTINCT FROM NULL",
        "SELECT a.v FROM a WHERE EXISTS (SELECT count(*) FROM b WHERE b.k = a.k + 1000)",
        "SELECT a.v FROM a WHERE EXISTS (SELECT count(*) FROM b WHERE b.k = a.k AND b.w > 6)",
        "SELECT a.v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k HAVING true)",
        "SELECT a.v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k LIMIT 1)",
        "SELECT a.v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.k = 5 UNION ALL"
            + " SELECT 1)",
        "SELECT a.v FROM a WHERE EXISTS (SELECT 1 FROM b RIGHT JOIN r ON b.k = a.k)",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id WHERE EXISTS (SELECT 1"
            + " FROM b WHERE b.k = 5 AND l.post_id IS NOT DISTINCT FROM NULL)",
        "SELECT a.k, l.post_id FROM a LEFT JOIN likes l ON a.k = l.post_id"
            + " WHERE EXISTS (SELECT 1 FROM r WHERE r.x IS NOT DISTINCT FROM l.post_id)",
        "SELECT v FROM a WHERE k IS NOT DISTINCT FROM 5",
        "SELECT v FROM a WHERE k IS NOT DISTINCT FROM 5.0",
        "SELECT a.v, b.w FROM a JOIN b ON a.k IS NOT DISTINCT FROM b.k",
        "SELECT a.v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k IS NOT DISTINCT FROM a.k)",
        "SELECT a.v FROM a WHERE NOT EXISTS (SELECT 1 FROM likes l WHERE l.post_id IS NOT DISTINCT"
            + " FROM a.k)",
        "SELECT a.v, b.w FROM a LEFT JOIN b ON a.k IS NOT DISTINCT FROM b.k AND b.w < 6",
      })
  void nullMeetsWhatIsNotStrict(String sql) throws SQLException {
    twin.assertEqual(sql);
  }
}
