package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.plan.Routers;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows whose keys or values are computed first, and operators with question marks in plain text.
 */
class ComputedRowsTest {

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
                    .sharded("acct", "acct_id")
                    .sharded("ev", "acct_id")
                    .sharded("word", "word")
                    .sharded("docs", "k")
                    .sharded("things", "id")
                    .sharded("defaulted", "tenant", "k")
                    .reference("r")
                    .single("conf", "s1"));
    twin.execute("CREATE TABLE acct (acct_id bigint PRIMARY KEY, lvl int, name text)");
    twin.execute("CREATE TABLE ev (acct_id bigint, eid bigint, body text)");
    twin.execute("CREATE TABLE word (word varchar(8), n int)");
    twin.execute("CREATE TABLE docs (k bigint, j jsonb, t text)");
    twin.execute("CREATE TABLE things (id uuid DEFAULT gen_random_uuid(), n int)");
    twin.execute(
        "CREATE TABLE defaulted (tenant text DEFAULT lower('ABC') || 'd', n int, k bigint DEFAULT"
            + " 42)");
    twin.execute("CREATE TABLE conf (k text, d int DEFAULT 7, lvl int)");
    twin.execute(
        "CREATE TABLE r (code text PRIMARY KEY, n bigint, u uuid DEFAULT gen_random_uuid(), at"
            + " timestamptz)");
    twin.execute(
        "INSERT INTO r (code, n, u) VALUES ('de', 1, md5('a')::uuid), ('fr', 2, md5('b')::uuid)");
    twin.execute("INSERT INTO acct SELECT i, i % 5, 'n' || i FROM generate_series(1, 20) i");
    twin.execute("INSERT INTO ev SELECT i % 20 + 1, i, 'b' || i FROM generate_series(1, 40) i");
    twin.execute(
        "INSERT INTO docs SELECT i, jsonb_build_object('a', i, 'b' || i % 3, 1), 't' || i"
            + " FROM generate_series(1, 20) i");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  /** Blanks are cut beyond the length of a column, and not before. */
  @Test
  void blanksThatAColumnHasRoomForAreOfItsKey() throws SQLException {
    twin.assertEqual("INSERT INTO word SELECT 'room   ', 1");
    twin.assertEqual("INSERT INTO word SELECT body || '  ', eid FROM ev WHERE eid < 4");
    twin.assertEqual("SELECT word || '|', n FROM word WHERE word IN ('room   ', 'b1  ')");
    twin.execute("DELETE FROM word");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO acct VALUES (length('abc') + 110, 1, 'x')",
        "INSERT INTO acct VALUES (extract(day from date '2024-01-31') + 3000, 1, 'x')",
        "INSERT INTO acct VALUES (extract(year from timestamp '2024-01-31'), 1, 'x')",
        "INSERT INTO acct VALUES (position('b' in 'ab') + 3100, 1, 'x')",
        "INSERT INTO acct VALUES (3200 + 1 * 2, 1, 'x'), (3300 % 7 + 3400, 2, 'y')",
        "INSERT INTO acct VALUES (CASE WHEN true THEN 3500 ELSE 1 END, 1, 'x') RETURNING *",
        "INSERT INTO acct VALUES (3600.5, 1, 'x'), (abs(-3701), 1, 'y'), (3800, 1, upper('z'))",
        "INSERT INTO word VALUES (trim('  abc '), 1), (substring('abcdef' from 2 for 3), 2)",
        "INSERT INTO word VALUES (overlay('abcdef' placing 'zz' from 2), 1) RETURNING word",
        "INSERT INTO word VALUES (chr(65) || 'x', 1), ('plain', 2), (5::text, 3)",
        "INSERT INTO acct VALUES ((SELECT max(acct_id) + 1000 FROM acct), 1, 'sub')",
        "INSERT INTO acct (name, acct_id) VALUES ((SELECT max(name) FROM acct), 2001)",
        "INSERT INTO acct (acct_id, name) VALUES (2002, (SELECT name FROM acct WHERE acct_id = 3)),"
            + " (2003, 'y') RETURNING acct_id, name",
        "INSERT INTO acct (acct_id, lvl) VALUES ((SELECT count(*) FROM ev) + 4000,"
            + " (SELECT max(eid) FROM ev)), (4100, (SELECT 1 + max(lvl) FROM acct))",
        "INSERT INTO acct (acct_id, lvl) VALUES (5, (SELECT max(eid) FROM ev))"
            + " ON CONFLICT (acct_id) DO UPDATE SET lvl = EXCLUDED.lvl",
        "INSERT INTO acct (acct_id, lvl) VALUES ((SELECT acct_id FROM acct), 1)",
        "INSERT INTO acct (acct_id, lvl) VALUES ((SELECT acct_id FROM acct WHERE false), 1)",
        "INSERT INTO acct (acct_id, lvl) VALUES (count(*), 1)",
        "INSERT INTO acct (acct_id, lvl) VALUES (generate_series(5000, 5000), 1)",
        "INSERT INTO acct (acct_id, lvl) VALUES (rank() OVER (), 1)",
        "INSERT INTO acct (acct_id, lvl) VALUES (generate_series(5100, 5101), 1), (5102, 2)",
        "INSERT INTO acct (acct_id, lvl) VALUES (1 / 0, 1)",
        "INSERT INTO acct (acct_id, lvl) VALUES (9223372036854775807 + 1, 1)",
        "INSERT INTO word (word, n) VALUES (repeat('x', 9), 1)",
      })
  void keysAndValuesAreComputedOnceAndBound(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    if (outcome instanceof Verdict.Refused refused) {
      assertThat(refused.failsOnOne()).as(refused.message()).isTrue();
    } else {
      assertThat(outcome).isInstanceOf(Verdict.Equal.class);
    }
  }

  @Test
  void boundValuesAreInWhatIsComputed() throws SQLException {
    twin.assertEqual("INSERT INTO acct (acct_id, name) VALUES (? + ?, ?)", 6000L, 1L, "sum");
    twin.assertEqual(
        "INSERT INTO acct (acct_id, name, lvl) VALUES (?, (SELECT max(name) FROM acct WHERE lvl <"
            + " ?), ?), (? * 2, ?, (SELECT count(*) FROM ev WHERE eid < ?)) RETURNING *",
        6100L,
        4,
        1,
        3100L,
        "second",
        10L);
    twin.assertEqual("INSERT INTO word VALUES (trim(?), 5)", " abc ");
    twin.assertEqual("INSERT INTO word VALUES (lower(?) || ?, 5)", "AB", "c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO defaulted (n) VALUES (1), (2) RETURNING *",
        "INSERT INTO defaulted DEFAULT VALUES",
        "INSERT INTO defaulted VALUES (DEFAULT, 3, DEFAULT), ('other', 4, 5), ('third', 5,"
            + " DEFAULT)",
        "INSERT INTO defaulted VALUES ('short', 6)",
        "INSERT INTO defaulted (k, n) VALUES (7, DEFAULT) ON CONFLICT DO NOTHING RETURNING tenant",
        "INSERT INTO defaulted (k) VALUES (length('four'))",
        "INSERT INTO defaulted (n) SELECT eid FROM ev",
        "INSERT INTO defaulted (n) SELECT DISTINCT lvl FROM acct RETURNING n, tenant",
        "INSERT INTO defaulted (n) (SELECT lvl FROM acct UNION ALL SELECT eid FROM ev) RETURNING *",
        "INSERT INTO defaulted (n) VALUES (5), (6) ORDER BY 1 LIMIT 1",
        "INSERT INTO defaulted (n) SELECT max(eid) FROM ev GROUP BY acct_id HAVING count(*) > 1",
        "INSERT INTO defaulted (n) WITH a AS (SELECT lvl FROM acct) SELECT '7' FROM a ORDER BY lvl"
            + " LIMIT 3",
      })
  void aKeyThatIsLeftOutIsItsDefault(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql))).isInstanceOf(Verdict.Equal.class);
    assertThat(twin.verify(Trial.of(sql))).isInstanceOf(Verdict.Equal.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO conf VALUES ('k', default, (SELECT max(lvl) FROM acct))",
        "INSERT INTO conf VALUES ('a', default, 1), ('b', DEFAULT, (SELECT count(*) FROM ev))",
        "INSERT INTO conf (lvl, k, d) VALUES ((SELECT max(eid) FROM ev), 'c', default) RETURNING *",
        "INSERT INTO conf VALUES ('plain', default, 1), ('rows', 5, default)",
      })
  void aColumnLeftToItsDefaultMayStandBesideASubQuery(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql))).isInstanceOf(Verdict.Equal.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT DISTINCT lvl + (SELECT max(eid) FROM ev) FROM acct ORDER BY lvl + (SELECT max(eid)"
            + " FROM ev)",
        "SELECT lvl + (SELECT max(eid) FROM ev), count(*) FROM acct GROUP BY lvl + (SELECT max(eid)"
            + " FROM ev) ORDER BY 1",
        "SELECT lvl, (SELECT count(*) FROM ev WHERE eid < acct.lvl) FROM acct"
            + " ORDER BY (SELECT count(*) FROM ev WHERE eid < acct.lvl) DESC, acct_id",
        "SELECT * FROM (SELECT DISTINCT lvl * (SELECT 1 FROM ev LIMIT 1) AS x FROM acct"
            + " ORDER BY lvl * (SELECT 1 FROM ev LIMIT 1)) s ORDER BY x",
      })
  void anExpressionWithASubQueryMayBeRepeated(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql))).isInstanceOf(Verdict.Equal.class);
    assertThat(twin.verify(Trial.of(sql))).isInstanceOf(Verdict.Equal.class);
  }

  /** What is drawn differs from server to server; it has to be drawn once. */
  @Test
  void aDrawnKeyIsStoredWhereItBelongs() throws SQLException {
    RoutingConfiguration tables =
        RoutingConfiguration.builder().shards("s0", "s1", "s2").sharded("things", "id").build();
    twin.verify(
        Trial.plain("INSERT INTO things VALUES (gen_random_uuid(), 1), (gen_random_uuid(), 2)"));
    twin.verify("INSERT INTO things (n, id) VALUES (?, gen_random_uuid()) RETURNING n", 3);
    twin.verify(Trial.plain("INSERT INTO things (n) VALUES (4), (5)"));
    twin.verify("INSERT INTO things DEFAULT VALUES");
    twin.verify("INSERT INTO things VALUES (DEFAULT, ?), (DEFAULT, ?) RETURNING n", 6, 7);
    twin.verify("INSERT INTO things (n) SELECT i FROM generate_series(1, ?) i RETURNING n", 6);
    twin.verify("INSERT INTO things (n) SELECT DISTINCT i % 2 FROM generate_series(1, ?) i", 6);
    int rows = 0;
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(cluster.database());
          Statement statement = connection.createStatement();
          ResultSet things = statement.executeQuery("SELECT id FROM things")) {
        while (things.next()) {
          rows++;
          UUID id = things.getObject(1, UUID.class);
          assertThat(Routers.of(tables).shards("SELECT FROM things WHERE id = ?", List.of(id)))
              .containsExactly(new ShardId(shard.name()));
        }
      }
    }
    assertThat(rows).isEqualTo(16);
    twin.verify("DELETE FROM things");
    twin.assertEqual("SELECT count(*) FROM things");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM ev WHERE eid IN (SELECT eid FROM ev ORDER BY eid LIMIT 3)",
        "DELETE FROM ev WHERE eid IN (SELECT e.eid FROM ev e WHERE e.acct_id > 3 ORDER BY e.eid"
            + " DESC LIMIT 2) RETURNING eid",
        "UPDATE ev SET body = 'p' WHERE acct_id IN (SELECT acct_id FROM acct ORDER BY acct_id LIMIT"
            + " 3)",
        "UPDATE acct SET lvl = 99 WHERE acct_id IN (SELECT acct_id FROM acct WHERE lvl > 1 ORDER BY"
            + " acct_id DESC LIMIT 3)",
        "UPDATE acct SET lvl = 98 WHERE acct_id = (SELECT acct_id FROM acct ORDER BY name OFFSET 2"
            + " LIMIT 1)",
        "UPDATE acct SET lvl = (SELECT eid FROM ev ORDER BY eid DESC LIMIT 1) WHERE lvl = 4",
        "UPDATE acct SET lvl = s.eid FROM (SELECT DISTINCT ON (acct_id) acct_id, eid FROM ev ORDER"
            + " BY acct_id, eid) s WHERE s.acct_id = acct.acct_id AND acct.lvl < 3",
        "DELETE FROM ev WHERE (acct_id, eid) IN (SELECT acct_id, eid FROM ev ORDER BY eid LIMIT 2)",
        "DELETE FROM ev WHERE eid = ANY (SELECT eid FROM ev ORDER BY eid LIMIT 0)",
        "DELETE FROM ev WHERE NOT eid IN (SELECT eid FROM ev ORDER BY eid LIMIT 30)",
        "DELETE FROM word WHERE word IN (SELECT word FROM word ORDER BY word LIMIT 1)",
        "UPDATE acct SET name = 'x' WHERE EXISTS (SELECT 1 FROM ev WHERE eid = 20 LIMIT 1) AND"
            + " acct_id < 3",
        "UPDATE acct SET lvl = (SELECT count(*) FROM ev WHERE ev.acct_id = acct.acct_id LIMIT 1)"
            + " WHERE acct_id < 9",
      })
  void aSubQueryThatPicksRowsPicksThemOnceForAWrite(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO r (code, n) VALUES ('%s', 1)",
        "INSERT INTO r VALUES ('%s', (SELECT count(*) FROM acct), gen_random_uuid(), now()),"
            + " ('%s2', 2, DEFAULT, NULL)",
        "INSERT INTO r (code, n) VALUES ('%s', (random() * 1000)::int) RETURNING code",
        "INSERT INTO r (code, n) SELECT '%s' || i, i FROM generate_series(1, 3) i",
        "INSERT INTO r (code) SELECT code || '%s' FROM r UNION SELECT '%s'",
        "UPDATE r SET at = now(), n = 5",
        "UPDATE r SET at = now() - interval '1 day' WHERE at IS NULL OR at < current_timestamp",
        "DELETE FROM r WHERE at > now() + interval '1 day'",
      })
  void everyCopyIsGivenWhatWasComputedOnce(String sql) throws SQLException {
    String code = "c" + Integer.toHexString(sql.hashCode());
    Verdict outcome = twin.verify(Trial.plain(sql.replace("%s", code)));
    assertThat(outcome).isNotInstanceOf(Verdict.Refused.class);
    List<String> copies = new ArrayList<>();
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(cluster.database());
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT count(*), md5(string_agg(r::text, '|' ORDER BY code)) FROM r")) {
        row.next();
        copies.add(row.getString(1) + " " + row.getString(2));
      }
    }
    assertThat(new HashSet<>(copies)).as(copies.toString()).hasSize(1);
    // The one PostgreSQL draws and looks at the clock for itself.
    twin.verify("DELETE FROM r WHERE code NOT IN ('de', 'fr')");
    twin.verify("UPDATE r SET at = NULL, n = 1");
    twin.assertEqual("SELECT code, n FROM r ORDER BY code");
  }

  @Test
  void whatEachRowDrawsIsRefusedForCopies() throws SQLException {
    for (String sql :
        List.of(
            "UPDATE r SET u = gen_random_uuid()",
            "UPDATE r SET n = random() * n",
            "DELETE FROM r WHERE random() < 0.5")) {
      assertThat(twin.verify(sql)).as(sql).isInstanceOf(Verdict.Refused.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH w AS (INSERT INTO ev (acct_id, eid) VALUES (5, 900), (5, 901) RETURNING *) SELECT"
            + " count(*) FROM w",
        "WITH w AS (INSERT INTO ev VALUES (5, 902) RETURNING acct_id) UPDATE acct SET lvl = 7 FROM"
            + " w WHERE acct.acct_id = w.acct_id",
        "WITH w AS (INSERT INTO ev (acct_id, eid) VALUES (6.4, 903) RETURNING *) SELECT * FROM w",
        "WITH w AS (INSERT INTO ev (acct_id, eid) VALUES ('7', 904)), v AS (DELETE FROM ev WHERE"
            + " acct_id = 7 AND eid < 10) SELECT name FROM acct WHERE acct_id = 7",
        "WITH w AS (INSERT INTO acct VALUES (8, 1, 'dup') ON CONFLICT DO NOTHING RETURNING 1)"
            + " SELECT count(*) FROM w",
        "WITH w AS (INSERT INTO acct VALUES (9, 1, 'again') RETURNING 1) SELECT count(*) FROM w",
        "WITH w AS (DELETE FROM ev WHERE acct_id = 10 RETURNING *) INSERT INTO ev SELECT acct_id,"
            + " eid + 5000, body FROM w",
        "WITH w AS (INSERT INTO word VALUES ('w', 1) RETURNING *), v AS (INSERT INTO word VALUES"
            + " ('w', 2) RETURNING *) SELECT * FROM w UNION ALL SELECT * FROM v ORDER BY n",
      })
  void rowsOfOneKeyAreInsertedInsideWith(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void rowsThatAreInsertedInsideWithLieWhereTheirKeysBelong() throws SQLException {
    String sql =
        "WITH w AS (INSERT INTO ev (acct_id, eid) VALUES (?, 1000), (?, 1001) RETURNING eid) SELECT"
            + " * FROM w";
    twin.assertEqual(sql, 5L, 5L);
    twin.assertEqual(sql, 5, new java.math.BigDecimal("5.4"));
    for (Object[] values :
        new Object[][] {
          {5L, 6L},
          {5L, 7.5},
          {1L, 2L},
          {"5", 5L},
          {Parameter.object("5", java.sql.Types.OTHER), 5L}
        }) {
      assertThat(twin.verify(sql, values)).isNotInstanceOf(Verdict.Different.class);
    }
  }

  @Test
  void boundValuesAreInWhatIsPicked() throws SQLException {
    twin.assertEqual(
        "UPDATE acct SET lvl = ? WHERE name <> ? AND acct_id IN (SELECT acct_id FROM acct WHERE lvl"
            + " > ? ORDER BY acct_id LIMIT ?) RETURNING acct_id",
        55,
        "nobody",
        0,
        2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT k FROM docs WHERE j ? 'b1' ORDER BY k",
        "SELECT count(*) FROM docs WHERE j ?| array['b1', 'b2']",
        "SELECT k, rank() OVER (ORDER BY k) FROM docs WHERE j ?& array['a', 'b1']",
        "SELECT k FROM docs WHERE j @? '$.b1' ORDER BY t, k LIMIT 4",
        "SELECT j ? 'b1', count(*) FROM docs GROUP BY 1 ORDER BY 1",
        "SELECT max(t), '? in a string' FROM docs WHERE j ? 'b1' -- and ? here",
        "SELECT DISTINCT j ? 'b1', \"t\" FROM docs WHERE t > $q$?$q$ ORDER BY 2 LIMIT 3",
        "SELECT d.k, a.name FROM docs d JOIN acct a ON a.lvl = d.k WHERE d.j ? 'a' ORDER BY 1, 2",
        "SELECT k FROM docs WHERE j ?? 'b1' ORDER BY k",
        "UPDATE docs SET t = 'q' WHERE j ? 'b1'",
        "UPDATE docs SET t = a.name FROM acct a WHERE j ? 'b1' AND a.lvl = docs.k AND a.acct_id <"
            + " 4",
        "INSERT INTO docs SELECT k + 100, j, t FROM docs WHERE j ? 'b1'",
        "INSERT INTO docs (k, t) VALUES (('{\"a\": 1}'::jsonb ? 'a')::int + 500, 'b')",
        "DELETE FROM docs WHERE j ? 'b2' AND k = 5",
      })
  void operatorsWithQuestionMarksWorkInPlainStatements(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }
}
