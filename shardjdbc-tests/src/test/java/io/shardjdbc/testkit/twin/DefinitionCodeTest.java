package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Code of users that definitions run over rows that are there, what TRUNCATE fires, casts that
 * servers make by themselves, where the rows of materialized views lie, and what temporary tables
 * hide.
 */
class DefinitionCodeTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final String SETUP =
      """
      CREATE TABLE acct (acct_id bigint PRIMARY KEY, lvl int, name text);
      CREATE TABLE ev (acct_id bigint, n int);
      CREATE TABLE ref (k int PRIMARY KEY, v text);
      CREATE TABLE conf (k text PRIMARY KEY, v int);
      CREATE TABLE log (t text);
      CREATE FUNCTION cnt() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM public.acct';
      CREATE FUNCTION cnt(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT count(*) FROM public.acct';
      CREATE FUNCTION named(int) RETURNS text STABLE LANGUAGE sql AS 'SELECT v FROM public.ref WHERE k = $1';
      CREATE FUNCTION ev() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM public.acct';
      CREATE FUNCTION top() RETURNS int STABLE LANGUAGE sql AS 'SELECT max(v) FROM public.conf';
      CREATE SEQUENCE numbers;
      CREATE DOMAIN counted AS bigint DEFAULT nextval('numbers');
      CREATE DOMAIN drawn AS uuid DEFAULT gen_random_uuid();
      CREATE DOMAIN small AS int DEFAULT 7;
      CREATE DOMAIN free AS bigint;
      CREATE TABLE cut (k bigint PRIMARY KEY, v free);
      CREATE TABLE cut_of (k bigint REFERENCES cut);
      CREATE TABLE quiet (k bigint PRIMARY KEY);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END';
      CREATE TRIGGER noted AFTER TRUNCATE ON cut_of FOR EACH STATEMENT EXECUTE FUNCTION note();
      CREATE TABLE watched (k bigint);
      CREATE TRIGGER noted AFTER TRUNCATE ON watched FOR EACH STATEMENT EXECUTE FUNCTION note();
      CREATE TYPE cel AS (v bigint);
      CREATE FUNCTION words(cel) RETURNS tsvector STABLE LANGUAGE sql AS 'SELECT count(*)::text::tsvector FROM acct';
      CREATE CAST (cel AS tsvector) WITH FUNCTION words(cel) AS IMPLICIT;
      CREATE TABLE held (k bigint, c cel)
      """;

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
                    .sharded("cut", "k")
                    .sharded("cut_of", "k")
                    .sharded("quiet", "k")
                    .sharded("watched", "k")
                    .sharded("held", "k")
                    .sharded("made", "k")
                    .sharded("made_too", "k")
                    .reference("ref")
                    .reference("copied")
                    .single("conf", "s0")
                    .single("log", "s1")
                    .single("kept", "s0")
                    .single("kept_too", "s2"));
    for (String database : List.of(cluster.database(), cluster.database() + "_single")) {
      for (ClusterShard shard : cluster.cluster().shards()) {
        if (database.equals(cluster.database()) || shard.name().equals("s0")) {
          run(shard.primary().jdbcUrl(database));
        }
      }
    }
    twin.execute("INSERT INTO acct SELECT i, i % 3, 'n' || i FROM generate_series(1, 9) i");
    twin.execute("INSERT INTO ev SELECT i % 4, i FROM generate_series(1, 9) i");
    twin.execute("INSERT INTO ref VALUES (0, 'zero'), (1, 'one'), (2, 'two')");
    twin.execute("INSERT INTO conf VALUES ('a', 1), ('b', 2)");
    for (String table : List.of("cut", "quiet", "watched")) {
      twin.execute("INSERT INTO " + table + " (k) VALUES (1), (2), (3), (4), (5)");
    }
    twin.execute("INSERT INTO held VALUES (1, ROW(1)), (2, ROW(2)), (3, ROW(3))");
  }

  private static void run(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String one : SETUP.split(";\n")) {
        statement.execute(one);
      }
    }
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SJ0345 | ALTER TABLE ev ADD COLUMN z bigint DEFAULT cnt()
          SJ0345 | ALTER TABLE ev ALTER COLUMN n TYPE bigint USING cnt()
          SJ0345 | ALTER TABLE ev ADD CHECK (cnt(n) > 5)
          SJ0345 | ALTER TABLE ev ADD COLUMN g bigint GENERATED ALWAYS AS (cnt(n)) STORED
          SJ0345 | ALTER TABLE ref ADD COLUMN g bigint GENERATED ALWAYS AS (cnt(k)) STORED
          SJ0345 | ALTER TABLE conf ADD COLUMN z bigint DEFAULT cnt()
          SJ0345 | ALTER TABLE ev ADD COLUMN z int DEFAULT top()
          SJ0345 | ALTER DOMAIN free ADD CHECK (cnt(VALUE) > 5)
          SJ0345 | CREATE INDEX ON ev (cnt(n))
          SJ0345 | CREATE INDEX ON ev (n) WHERE cnt(n) > 5
          SJ0345 | CREATE MATERIALIZED VIEW kept AS SELECT k, cnt() FROM conf
          SJ0312 | DO $$ BEGIN ALTER TABLE ev ADD COLUMN z bigint DEFAULT cnt(); END $$
          SJ0385 | ALTER TABLE ev ADD COLUMN z counted
          SJ0309 | ALTER TABLE ref ADD COLUMN z drawn
          SJ0309 | ALTER TABLE ref ADD COLUMN z counted
          SJ0345 | TRUNCATE watched
          SJ0345 | TRUNCATE cut CASCADE
          SJ0345 | SELECT k FROM held WHERE c @@ '9'::tsquery
          SJ0345 | SELECT c @@ '9'::tsquery FROM held WHERE k = 2
          SJ0312 | CREATE MATERIALIZED VIEW made AS SELECT k, v FROM ref
          SJ0312 | CREATE MATERIALIZED VIEW made AS SELECT 5 AS k
          SJ0312 | CREATE MATERIALIZED VIEW made AS SELECT lvl AS k, acct_id FROM acct
          SJ0312 | CREATE MATERIALIZED VIEW made AS SELECT acct_id + 1 AS k FROM acct
          SJ0312 | CREATE MATERIALIZED VIEW made (n, k) AS SELECT acct_id, lvl FROM acct
          SJ0312 | CREATE MATERIALIZED VIEW made AS SELECT v AS k FROM conf
          SJ0312 | CREATE MATERIALIZED VIEW copied AS SELECT acct_id, lvl FROM acct
          SJ0312 | CREATE MATERIALIZED VIEW copied AS SELECT k, random() FROM ref
          SJ0312 | CREATE MATERIALIZED VIEW copied AS SELECT k, now() FROM ref
          SJ0312 | CREATE MATERIALIZED VIEW kept AS SELECT acct_id, lvl FROM acct
          SJ0311 | CREATE MATERIALIZED VIEW kept_too AS SELECT * FROM conf
          SJ0340 | /* shardjdbc: shard=s1 */ CREATE TEMP TABLE acct (acct_id bigint)
          SJ0340 | /* shardjdbc: shard=s1 */ CREATE TEMP TABLE ref AS SELECT 1 AS k
          SJ0340 | /* shardjdbc: shard=s1 */ CREATE TABLE pg_temp.conf (k text)
          SJ0340 | /* shardjdbc: shard=s1 */ CREATE TEMP VIEW ev AS SELECT 1 AS acct_id
          """)
  void whatEachShardWouldRunForItselfIsRefused(String code, String sql) throws SQLException {
    Verdict outcome = twin.verify(sql);
    assertThat(outcome).as(sql).isInstanceOf(Verdict.Refused.class);
    assertThat(((Verdict.Refused) outcome).code()).as(sql).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE ev ADD COLUMN kind text DEFAULT named(1); SELECT * FROM ev ORDER BY 1, 2",
        "ALTER TABLE conf ADD COLUMN t int DEFAULT top(); SELECT * FROM conf ORDER BY 1",
        "ALTER TABLE acct ADD COLUMN s small; SELECT * FROM acct ORDER BY 1",
        "ALTER TABLE quiet ADD COLUMN c bigint; ALTER TABLE quiet ALTER COLUMN c SET DEFAULT"
            + " cnt(1)",
        "TRUNCATE quiet; SELECT count(*) FROM quiet",
        "CREATE INDEX ON ev (n); CREATE INDEX ON public.ev (lower(n::text))",
        "SELECT k FROM quiet CROSS JOIN ref ORDER BY 1",
        "CREATE MATERIALIZED VIEW made AS SELECT acct_id AS k, lvl FROM acct;"
            + "SELECT * FROM made WHERE k = 3; SELECT count(*) FROM made",
        "CREATE MATERIALIZED VIEW made_too (n, k) AS"
            + " SELECT e.n, a.acct_id FROM acct a JOIN ev e USING (acct_id);"
            + "SELECT * FROM made_too ORDER BY 1, 2; SELECT * FROM made_too WHERE k = 2 ORDER BY 1",
        "CREATE MATERIALIZED VIEW copied AS SELECT k, v FROM ref; SELECT * FROM copied ORDER BY 1",
        "CREATE MATERIALIZED VIEW kept AS SELECT c.k, r.v FROM conf c JOIN ref r ON r.k = c.v;"
            + "SELECT * FROM kept ORDER BY 1",
        "CREATE MATERIALIZED VIEW kept_too AS SELECT * FROM ref; SELECT * FROM kept_too ORDER BY 1",
      })
  void whatEachShardCanRunIsAnswered(String statements) throws SQLException {
    for (String sql : statements.split(";")) {
      twin.assertEqual(sql.strip());
    }
  }
}
