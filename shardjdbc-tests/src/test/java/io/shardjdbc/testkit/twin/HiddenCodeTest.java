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
 * Code of users that neither the statement nor the body of a function shows: arguments by name, OUT
 * parameters, defaults of parameters, conditions of triggers, triggers of extensions.
 */
class HiddenCodeTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final String SETUP =
      """
      CREATE TABLE acct (acct_id bigint PRIMARY KEY, lvl int, name text);
      CREATE TABLE moves (acct_id bigint, n int);
      CREATE TABLE bulk (acct_id bigint, n int);
      CREATE TABLE counted (acct_id bigint, id int);
      CREATE TABLE told (acct_id bigint PRIMARY KEY, n int);
      CREATE TABLE ref (k int PRIMARY KEY, v text);
      CREATE TABLE ref_dated (k int PRIMARY KEY, at timestamp);
      CREATE TABLE ref_coded (k int PRIMARY KEY, v text);
      CREATE TABLE ref_chance (k int PRIMARY KEY, v text);
      CREATE EXTENSION moddatetime;
      CREATE EXTENSION autoinc;
      CREATE EXTENSION insert_username;
      CREATE EXTENSION tcn;
      CREATE EXTENSION pg_trgm;
      CREATE EXTENSION pgstattuple;
      CREATE EXTENSION "uuid-ossp";
      CREATE SEQUENCE numbers;
      CREATE TRIGGER dated BEFORE UPDATE ON ref_dated FOR EACH ROW EXECUTE FUNCTION moddatetime(at);
      CREATE TRIGGER counted BEFORE INSERT ON counted FOR EACH ROW EXECUTE FUNCTION autoinc(id, numbers);
      CREATE TRIGGER told AFTER INSERT ON told FOR EACH ROW EXECUTE FUNCTION triggered_change_notification();
      CREATE FUNCTION code() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := uuid_generate_v4(); RETURN NEW; END';
      CREATE TRIGGER coded BEFORE INSERT ON ref_coded FOR EACH ROW EXECUTE FUNCTION code();
      CREATE FUNCTION coded_for(k int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN uuid_generate_v4() || k::text; END';
      CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := ''marked''; RETURN NEW; END';
      CREATE TRIGGER chance BEFORE UPDATE ON ref_chance FOR EACH ROW WHEN (random() < 0.5) EXECUTE FUNCTION mark();
      CREATE TRIGGER chosen BEFORE INSERT ON ref_chance FOR EACH ROW WHEN (NEW.v = 'x') EXECUTE FUNCTION mark();
      CREATE TABLE ref_made (k int PRIMARY KEY, v text GENERATED ALWAYS AS (coded_for(k)) STORED);
      CREATE FUNCTION few() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF (SELECT count(*) FROM these) > 2 THEN RAISE EXCEPTION ''too many''; END IF; RETURN NULL; END';
      CREATE TRIGGER few AFTER INSERT ON bulk REFERENCING NEW TABLE AS these FOR EACH STATEMENT EXECUTE FUNCTION few();
      CREATE TRIGGER fewer AFTER DELETE ON bulk REFERENCING OLD TABLE AS these FOR EACH STATEMENT EXECUTE FUNCTION few();
      CREATE FUNCTION moves_over(k bigint, above bigint) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM moves WHERE acct_id = k AND n > above';
      CREATE FUNCTION cnt_by(t text, b boolean) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM acct WHERE b';
      CREATE FUNCTION out_first(OUT total bigint, x bigint, y bigint) STABLE LANGUAGE sql AS 'SELECT count(*) FROM moves WHERE acct_id = x AND y > 0';
      CREATE PROCEDURE cnt_out(OUT total bigint) LANGUAGE plpgsql AS 'BEGIN SELECT count(*) INTO total FROM acct; END';
      CREATE PROCEDURE moves_out(OUT total bigint, k bigint) LANGUAGE plpgsql AS 'BEGIN SELECT count(*) INTO total FROM moves WHERE acct_id = k; END';
      CREATE FUNCTION timed(k int, t text DEFAULT clock_timestamp()::text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT t || k';
      CREATE FUNCTION aged(k int, by int DEFAULT 1 + 1) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT k + by';
      CREATE TABLE ref_ruled (k int PRIMARY KEY, v text);
      CREATE RULE seldom AS ON UPDATE TO ref_ruled WHERE random() < 0.5 DO INSTEAD NOTHING;
      CREATE TABLE ruled (acct_id bigint, n int);
      CREATE RULE unless AS ON INSERT TO ruled WHERE EXISTS (SELECT FROM moves WHERE n = NEW.n) DO INSTEAD NOTHING;
      CREATE TYPE box_of AS (n bigint);
      CREATE FUNCTION to_box(n bigint) RETURNS box_of STABLE LANGUAGE sql AS 'SELECT ROW(count(*))::box_of FROM acct';
      CREATE CAST (bigint AS box_of) WITH FUNCTION to_box(bigint) AS ASSIGNMENT;
      CREATE TABLE boxed (acct_id bigint, b box_of);
      CREATE TYPE tagged AS (t text);
      CREATE FUNCTION to_tag(n bigint) RETURNS tagged IMMUTABLE LANGUAGE sql AS 'SELECT ROW(clock_timestamp()::text)::tagged';
      CREATE CAST (bigint AS tagged) WITH FUNCTION to_tag(bigint) AS ASSIGNMENT;
      CREATE TABLE ref_tagged (k int PRIMARY KEY, t tagged);
      CREATE TABLE rekeyed (acct_id bigint, v bigint);
      CREATE FUNCTION rekey() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.acct_id := NEW.v; RETURN NEW; END';
      CREATE TRIGGER rekey BEFORE INSERT ON rekeyed FOR EACH ROW EXECUTE FUNCTION rekey();
      CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.acct_id := OLD.acct_id; RETURN NEW; END';
      CREATE TRIGGER same BEFORE UPDATE ON rekeyed FOR EACH ROW EXECUTE FUNCTION same();
      CREATE TABLE owned (owner text, n int, by text);
      CREATE TRIGGER owned BEFORE INSERT ON owned FOR EACH ROW EXECUTE FUNCTION insert_username(owner);
      CREATE TRIGGER by BEFORE UPDATE ON owned FOR EACH ROW WHEN (NEW.n > 0) EXECUTE FUNCTION insert_username(by);
      CREATE FUNCTION numbered(n bigint DEFAULT nextval('numbers')) RETURNS bigint LANGUAGE sql AS 'SELECT n'
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
                    .sharded("moves", "acct_id")
                    .sharded("bulk", "acct_id")
                    .sharded("counted", "acct_id")
                    .sharded("told", "acct_id")
                    .sharded("ruled", "acct_id")
                    .sharded("boxed", "acct_id")
                    .sharded("rekeyed", "acct_id")
                    .sharded("owned", "owner")
                    .reference("ref_tagged")
                    .reference("ref_ruled")
                    .reference("ref")
                    .reference("ref_dated")
                    .reference("ref_coded")
                    .reference("ref_made")
                    .reference("ref_chance"));
    for (String database : List.of(cluster.database(), cluster.database() + "_single")) {
      for (ClusterShard shard : cluster.cluster().shards()) {
        if (database.equals(cluster.database()) || shard.name().equals("s0")) {
          run(shard.primary().jdbcUrl(database));
        }
      }
    }
    twin.execute("INSERT INTO acct SELECT i, i % 3, 'n' || i FROM generate_series(1, 6) i");
    twin.execute("INSERT INTO moves SELECT i, i FROM generate_series(1, 6) i");
    twin.execute("INSERT INTO ref VALUES (1, 'one'), (2, 'two')");
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
          SJ0345 | SELECT cnt_by(b => true, t => 'x') FROM acct WHERE acct_id = 3
          SJ0345 | SELECT moves_over(above => acct_id, k => 4) FROM acct WHERE acct_id = 3
          SJ0345 | SELECT moves_over(above => acct_id, k => lvl) FROM acct WHERE acct_id = 3
          SJ0345 | CALL cnt_out(NULL)
          SJ0345 | CALL cnt_out(total => NULL)
          SJ0345 | SELECT numbered()
          SJ0345 | SELECT numbered() FROM acct WHERE acct_id = 3
          SJ0345 | SELECT set_limit(0.9)
          SJ0345 | SELECT set_limit(0.9) FROM acct WHERE acct_id = 3
          SJ0345 | SELECT pg_relpages('acct')
          SJ0345 | INSERT INTO counted (acct_id) VALUES (3)
          SJ0345 | INSERT INTO told VALUES (3, 1)
          SJ0345 | INSERT INTO bulk VALUES (1, 1), (2, 1), (3, 1), (4, 1)
          SJ0345 | DELETE FROM bulk
          SJ0345 | INSERT INTO ruled VALUES (9, 2)
          SJ0345 | INSERT INTO rekeyed VALUES (1, 7)
          SJ0345 | INSERT INTO owned VALUES ('somebody', 1)
          SJ0345 | INSERT INTO boxed VALUES (1, 5::bigint)
          SJ0309 | INSERT INTO ref_tagged VALUES (1, 5::bigint)
          SJ0309 | UPDATE ref_ruled SET v = 'y'
          SJ0309 | UPDATE ref_dated SET k = k
          SJ0309 | INSERT INTO ref_coded VALUES (1, 'x')
          SJ0309 | UPDATE ref_chance SET v = 'y'
          SJ0309 | INSERT INTO ref_made VALUES (1)
          SJ0309 | UPDATE ref_made SET k = 2
          SJ0309 | UPDATE ref SET v = coded_for(k)
          SJ0309 | UPDATE ref SET v = timed(k)
          """)
  void whatHiddenCodeWouldMakeDifferentIsRefused(String code, String sql) throws SQLException {
    Verdict outcome = twin.verify(sql);
    assertThat(outcome).as(sql).isInstanceOf(Verdict.Refused.class);
    assertThat(((Verdict.Refused) outcome).code()).as(sql).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT moves_over(above => 2, k => 3)",
        "SELECT moves_over(k => 4, above => 1)",
        "SELECT moves_over(5, above => 1)",
        "SELECT moves_over(above := 1, k := 6)",
        "SELECT moves_over(above => 1, k => acct_id) FROM acct WHERE acct_id = 3",
        "SELECT out_first(1, 6)",
        "SELECT out_first(2, 5)",
        "SELECT out_first(3, 4)",
        "SELECT out_first(y => 3, x => 4)",
        "CALL moves_out(NULL, 1)",
        "CALL moves_out(NULL, 2)",
        "CALL moves_out(k => 3, total => NULL)",
        "SELECT aged(k => 5)",
        "INSERT INTO bulk VALUES (5, 1)",
        "INSERT INTO ref_chance VALUES (1, 'x')",
        "DELETE FROM ref_dated",
        "UPDATE rekeyed SET v = 9",
        "UPDATE owned SET n = 9",
        "DELETE FROM ref_made",
      })
  void whatStaysWithItsKeyIsAnswered(String sql) throws SQLException {
    twin.assertEqual(sql);
  }
}
