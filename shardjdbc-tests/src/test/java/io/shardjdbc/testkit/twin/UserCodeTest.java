package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.FunctionPromise;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that run code of users: functions, operators, casts, triggers, rules, policies. */
class UserCodeTest {

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
                    .sharded("moves", "acct_id")
                    .sharded("by_lvl", "lvl")
                    .sharded("audited", "acct_id")
                    .sharded("counted", "acct_id")
                    .sharded("stamped", "acct_id")
                    .sharded("ruled", "acct_id")
                    .sharded("ruled2", "acct_id")
                    .sharded("checked", "acct_id")
                    .sharded("defaulted", "acct_id")
                    .sharded("indexed", "acct_id")
                    .sharded("domained", "acct_id")
                    .sharded("nested", "acct_id")
                    .sharded("logged", "acct_id")
                    .sharded("logs", "acct_id")
                    .sharded("filled", "acct_id")
                    .sharded("ranged", "acct_id")
                    .sharded("parents", "acct_id")
                    .sharded("children", "acct_id")
                    .reference("ref")
                    .reference("ref_triggered")
                    .reference("ref_stamped")
                    .reference("ref_logged")
                    .reference("ref_timed")
                    .reference("ref_log")
                    .reference("ref_ruled")
                    .sharded("numbered", "acct_id")
                    .single("conf", "s1")
                    .function("promised", FunctionPromise.SHARD_LOCAL)
                    .function("dynamic_but_pure", FunctionPromise.PURE));
    for (String database : List.of(cluster.database(), cluster.database() + "_single")) {
      for (ClusterShard shard : cluster.cluster().shards()) {
        boolean there = database.equals(cluster.database()) || shard.name().equals("s0");
        if (there) {
          run(shard.primary().jdbcUrl(database), SETUP);
        }
      }
    }
    twin.execute("INSERT INTO acct SELECT i, i % 3, 'n' || i FROM generate_series(1, 6) i");
    twin.execute("INSERT INTO ref VALUES (1, 'one'), (2, 'two')");
    twin.execute("INSERT INTO conf VALUES (1, 'one')");
  }

  private static void run(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String one : sql.split(";\n")) {
        statement.execute(one);
      }
    }
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
  }

  private static final String SETUP =
      """
      CREATE TABLE acct (acct_id bigint PRIMARY KEY, lvl int, name text);
      CREATE TABLE moves (acct_id bigint, n int);
      CREATE TABLE by_lvl (lvl bigint, n int);
      CREATE TABLE audited (acct_id bigint, n int);
      CREATE TABLE counted (acct_id bigint, n int);
      CREATE TABLE stamped (acct_id bigint, n int, at text);
      CREATE TABLE ruled (acct_id bigint, n int);
      CREATE TABLE ruled2 (acct_id bigint, n int);
      CREATE TABLE ref (k int PRIMARY KEY, v text);
      CREATE TABLE ref_triggered (k int PRIMARY KEY, v text);
      CREATE TABLE conf (k int PRIMARY KEY, v text);
      CREATE TABLE parents (acct_id bigint PRIMARY KEY, n int);
      CREATE TABLE children (acct_id bigint REFERENCES parents ON DELETE CASCADE, n int);
      CREATE FUNCTION cnt() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM acct';
      CREATE FUNCTION cnt_immutable() RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT count(*) FROM acct';
      CREATE FUNCTION cnt_common() RETURNS bigint STABLE LANGUAGE sql AS 'WITH acct AS (SELECT * FROM acct) SELECT count(*) FROM acct';
      CREATE FUNCTION cnt_atomic() RETURNS bigint STABLE BEGIN ATOMIC SELECT count(*) FROM acct; END;
      CREATE FUNCTION cnt_return() RETURNS bigint STABLE RETURN (SELECT count(*) FROM public.acct);
      CREATE FUNCTION cnt_plpgsql() RETURNS bigint LANGUAGE plpgsql AS 'DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM acct; RETURN n; END';
      CREATE FUNCTION cnt_loop() RETURNS bigint LANGUAGE plpgsql AS 'DECLARE r record; n bigint := 0; BEGIN FOR r IN SELECT * FROM acct LOOP n := n + 1; END LOOP; RETURN n; END';
      CREATE FUNCTION cnt_nested(k int) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN cnt() + k; END';
      CREATE FUNCTION cnt_dynamic() RETURNS bigint LANGUAGE plpgsql AS 'DECLARE n bigint; BEGIN EXECUTE ''SELECT count(*) FROM '' || quote_ident(''acct'') INTO n; RETURN n; END';
      CREATE FUNCTION dynamic_but_pure() RETURNS int LANGUAGE plpgsql AS 'DECLARE n int; BEGIN EXECUTE ''SELECT '' || 7 INTO n; RETURN n; END';
      CREATE FUNCTION rename_all(x text) RETURNS int LANGUAGE plpgsql AS 'BEGIN UPDATE acct SET name = x; RETURN 1; END';
      CREATE FUNCTION area(k bigint) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM acct WHERE acct_id <> k';
      CREATE FUNCTION lower(k bigint) RETURNS bigint LANGUAGE sql AS 'UPDATE acct SET name = name WHERE acct_id <> k RETURNING k';
      CREATE FUNCTION promised(k bigint) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM moves WHERE acct_id = k';
      CREATE FUNCTION plus_one(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN IF n IS NULL THEN RETURN 0; END IF; RETURN n - -1; END';
      CREATE FUNCTION slug(t text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT upper($1)';
      CREATE FUNCTION ref_name(n int) RETURNS text STABLE LANGUAGE sql AS 'SELECT v FROM ref WHERE k = n';
      CREATE FUNCTION conf_name(n int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT v FROM conf WHERE k = n); END';
      CREATE FUNCTION moves_of(k bigint) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM moves WHERE acct_id = k';
      CREATE FUNCTION moves_by_number(bigint) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM moves m WHERE m.acct_id = $1';
      CREATE FUNCTION moves_of_row(a acct) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM moves WHERE acct_id = a.acct_id';
      CREATE FUNCTION pay(k bigint, by int) RETURNS int LANGUAGE plpgsql AS 'DECLARE n int; BEGIN UPDATE acct SET lvl = lvl - by WHERE acct_id = k RETURNING lvl INTO n; RETURN n; END';
      CREATE FUNCTION moves_near(k bigint) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM acct WHERE acct_id <= k';
      CREATE FUNCTION moves_nested(k bigint) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM moves WHERE acct_id = (SELECT max(acct_id) FROM acct) OR acct_id = k';
      CREATE FUNCTION acct_others(a acct) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM acct';
      CREATE FUNCTION op_count(a text, b int) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM acct';
      CREATE OPERATOR ~~~ (LEFTARG = text, RIGHTARG = int, FUNCTION = op_count);
      CREATE OPERATOR + (LEFTARG = text, RIGHTARG = int, FUNCTION = op_count);
      CREATE TYPE box_of AS (n bigint);
      CREATE FUNCTION to_box(n bigint) RETURNS box_of STABLE LANGUAGE sql AS 'SELECT ROW(count(*))::box_of FROM acct';
      CREATE CAST (bigint AS box_of) WITH FUNCTION to_box(bigint);
      CREATE FUNCTION acct_sum(s bigint, n int) RETURNS bigint LANGUAGE sql AS 'SELECT s + n + count(*) FROM acct';
      CREATE AGGREGATE odd_sum(int) (SFUNC = acct_sum, STYPE = bigint, INITCOND = '0');
      CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO moves (acct_id, n) VALUES (NEW.acct_id, NEW.n); RETURN NEW; END';
      CREATE TRIGGER audit AFTER INSERT OR UPDATE ON audited FOR EACH ROW EXECUTE FUNCTION audit();
      CREATE FUNCTION count_lvl() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE by_lvl SET n = n + 1 WHERE lvl = NEW.n; RETURN NEW; END';
      CREATE TRIGGER count_lvl AFTER INSERT ON counted FOR EACH ROW EXECUTE FUNCTION count_lvl();
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at := ''now''; IF TG_OP = ''UPDATE'' THEN NEW.at := OLD.at || NEW.n; END IF; RETURN NEW; END';
      CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
      CREATE RULE to_moves AS ON INSERT TO ruled DO ALSO INSERT INTO moves VALUES (NEW.acct_id, NEW.n);
      CREATE RULE to_lvl AS ON INSERT TO ruled2 DO ALSO INSERT INTO by_lvl VALUES (NEW.n, NEW.n);
      CREATE TABLE checked (acct_id bigint, n int CHECK (n < cnt_immutable()));
      CREATE TABLE defaulted (acct_id bigint, n bigint DEFAULT cnt());
      CREATE TABLE indexed (acct_id bigint, n int);
      CREATE FUNCTION cnt_of(n int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT count(*) FROM public.acct';
      CREATE INDEX indexed_n ON indexed (cnt_of(n));
      CREATE DOMAIN small AS bigint CHECK (VALUE < cnt_immutable());
      CREATE TABLE domained (acct_id bigint, n small);
      CREATE TABLE logs (id bigserial, acct_id bigint, n int);
      CREATE TABLE logged (acct_id bigint, n int);
      CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO logs (acct_id, n) VALUES (NEW.acct_id, NEW.n); RETURN NEW; END';
      CREATE TRIGGER log_it AFTER INSERT ON logged FOR EACH ROW EXECUTE FUNCTION log_it();
      CREATE RULE log_too AS ON DELETE TO logged DO ALSO INSERT INTO logs (acct_id, n) VALUES (OLD.acct_id, 0);
      CREATE FUNCTION log_for(k bigint) RETURNS bigint LANGUAGE sql AS 'INSERT INTO logs (acct_id) VALUES (k) RETURNING id';
      CREATE FUNCTION unlog_for(k bigint) RETURNS bigint LANGUAGE sql AS 'UPDATE logs SET id = DEFAULT WHERE acct_id = k RETURNING id';
      CREATE DOMAIN smaller AS small CHECK (VALUE < 9);
      CREATE TYPE holder AS (n smaller);
      CREATE TABLE nested (acct_id bigint, n smaller, many smaller[], one holder);
      CREATE DOMAIN counting_all AS bigint DEFAULT cnt();
      CREATE TABLE filled (acct_id bigint, n counting_all);
      CREATE TYPE small_range AS RANGE (subtype = small, subtype_opclass = int8_ops);
      CREATE TABLE ranged (acct_id bigint, n small_range, many small_multirange);
      CREATE FUNCTION child_gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM by_lvl; RETURN OLD; END';
      CREATE TRIGGER child_gone AFTER DELETE ON children FOR EACH ROW EXECUTE FUNCTION child_gone();
      CREATE TABLE ref_stamped (k int PRIMARY KEY, v text);
      CREATE FUNCTION stamp_ref() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := now()::text; RETURN NEW; END';
      CREATE TRIGGER stamp_ref BEFORE INSERT ON ref_stamped FOR EACH ROW EXECUTE FUNCTION stamp_ref();
      CREATE FUNCTION upper_ref() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := upper(NEW.v); RETURN NEW; END';
      CREATE TRIGGER upper_ref BEFORE UPDATE ON ref_stamped FOR EACH ROW EXECUTE FUNCTION upper_ref();
      CREATE TABLE ref_logged (k int PRIMARY KEY, v text);
      CREATE TABLE ref_log (k int, at text DEFAULT pg_backend_pid()::text);
      CREATE FUNCTION log_ref() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF TG_OP = ''INSERT'' THEN INSERT INTO ref_log (k) VALUES (NEW.k); END IF; RETURN NEW; END';
      CREATE TRIGGER log_ref AFTER INSERT ON ref_logged FOR EACH ROW EXECUTE FUNCTION log_ref();
      CREATE FUNCTION log_ref_whole() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO ref_log (k, at) VALUES (NEW.k, NEW.v); INSERT INTO ref_log VALUES (NEW.k, NEW.v); RETURN NEW; END';
      CREATE TRIGGER log_ref_whole AFTER UPDATE ON ref_logged FOR EACH ROW EXECUTE FUNCTION log_ref_whole();
      CREATE FUNCTION lying(k int) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT clock_timestamp()::text || k';
      CREATE FUNCTION lying_text(k int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'DECLARE t timestamptz := ''now''; BEGIN RETURN t::text || k; END';
      CREATE FUNCTION lying_pid(k int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN pg_backend_pid() || ''x'' || k; END';
      CREATE TABLE ref_timed (k int PRIMARY KEY, at timestamptz);
      CREATE FUNCTION time_ref() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at := ''now''; RETURN NEW; END';
      CREATE TRIGGER time_ref BEFORE INSERT ON ref_timed FOR EACH ROW EXECUTE FUNCTION time_ref();
      CREATE TABLE ref_ruled (k int PRIMARY KEY, v text);
      CREATE RULE with_chance AS ON UPDATE TO ref_ruled DO INSTEAD INSERT INTO ref_stamped VALUES (NEW.k, random()::text);
      CREATE RULE too AS ON DELETE TO ref_ruled DO ALSO UPDATE ref SET v = v || 'x' WHERE k = OLD.k;
      CREATE SEQUENCE numbers;
      CREATE TABLE numbered (acct_id bigint, id bigint);
      CREATE FUNCTION number_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id := nextval(''numbers''); RETURN NEW; END';
      CREATE TRIGGER number_it BEFORE INSERT ON numbered FOR EACH ROW EXECUTE FUNCTION number_it();
      CREATE FUNCTION next_number() RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''numbers'')';
      CREATE FUNCTION with_default(n bigint DEFAULT cnt()) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT n';
      CREATE VIEW counting AS SELECT acct_id, cnt() AS n FROM acct;
      CREATE FUNCTION notify_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_notify(''c'', NEW.n::text); RETURN NEW; END';
      CREATE TRIGGER notify_it AFTER UPDATE ON counted FOR EACH ROW EXECUTE FUNCTION notify_it();
      CREATE FUNCTION lock_it(n bigint) RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(n); RETURN 1; END';
      CREATE FUNCTION size_of(t text) RETURNS bigint LANGUAGE sql AS 'SELECT pg_relation_size($1::regclass)';
      CREATE FUNCTION ref_counts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := (SELECT count(*) FROM acct); RETURN NEW; END';
      CREATE TRIGGER ref_counts BEFORE INSERT ON ref_triggered FOR EACH ROW EXECUTE FUNCTION ref_counts()
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT cnt() FROM acct WHERE acct_id = 3",
        "SELECT cnt() FROM acct",
        "SELECT cnt()",
        "SELECT * FROM cnt() c",
        "SELECT name FROM acct WHERE acct_id = 3 AND cnt() = 6",
        "SELECT name FROM acct WHERE acct_id = 3 ORDER BY cnt()",
        "SELECT cnt_immutable() FROM acct WHERE acct_id = 3",
        "SELECT cnt_atomic() FROM acct WHERE acct_id = 3",
        "SELECT cnt_return() FROM acct WHERE acct_id = 3",
        "SELECT cnt_plpgsql() FROM acct WHERE acct_id = 3",
        "SELECT cnt_loop() FROM acct WHERE acct_id = 3",
        "SELECT cnt_common() FROM acct WHERE acct_id = 3",
        "SELECT cnt_nested(1) FROM acct WHERE acct_id = 3",
        "SELECT cnt_dynamic() FROM acct WHERE acct_id = 3",
        "SELECT public.cnt() FROM acct WHERE acct_id = 3",
        "SELECT (a).acct_others FROM acct a WHERE acct_id = 3",
        "SELECT a.acct_others FROM acct a WHERE acct_id = 3",
        "SELECT area(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT lower(acct_id) FROM acct",
        "SELECT lower(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT rename_all('x') FROM acct WHERE acct_id = 3",
        "UPDATE acct SET lvl = cnt() WHERE acct_id = 3",
        "UPDATE acct SET lvl = lvl WHERE acct_id = 3 RETURNING cnt()",
        "DELETE FROM acct WHERE acct_id = 3 AND cnt() < 3",
        "INSERT INTO acct VALUES (7, cnt(), 'x')",
        "INSERT INTO acct VALUES (3, 1, 'x') ON CONFLICT (acct_id) DO UPDATE SET lvl = cnt()",
        "WITH w AS (SELECT cnt() AS n) SELECT n FROM w, acct WHERE acct_id = 3",
        "SELECT name ~~~ 1 FROM acct WHERE acct_id = 3",
        "SELECT name OPERATOR(public.~~~) 1 FROM acct WHERE acct_id = 3",
        "SELECT name + 1 FROM acct WHERE acct_id = 3",
        "SELECT acct_id::box_of FROM acct WHERE acct_id = 3",
        "SELECT CAST(acct_id AS box_of) FROM acct WHERE acct_id = 3",
        "SELECT 2::small FROM acct WHERE acct_id = 3",
        "SELECT 2::smaller FROM acct WHERE acct_id = 3",
        "SELECT '(2)'::holder FROM acct WHERE acct_id = 3",
        "SELECT '{2}'::smaller[] FROM acct WHERE acct_id = 3",
        "SELECT odd_sum(lvl) FROM acct WHERE acct_id = 3",
        "INSERT INTO counted VALUES (1, 2)",
        "INSERT INTO ruled2 VALUES (1, 2)",
        "INSERT INTO checked VALUES (1, 4)",
        "UPDATE checked SET n = 4 WHERE acct_id = 1",
        "INSERT INTO defaulted (acct_id) VALUES (1)",
        "UPDATE defaulted SET n = DEFAULT WHERE acct_id = 1",
        "UPDATE filled SET (n) = ROW (DEFAULT) WHERE acct_id = 1",
        "MERGE INTO defaulted d USING (VALUES (1)) v (k) ON d.acct_id = 1 WHEN MATCHED THEN UPDATE"
            + " SET n = DEFAULT",
        "INSERT INTO indexed VALUES (1, 1)",
        "INSERT INTO domained VALUES (1, 3)",
        "INSERT INTO nested (acct_id, n) VALUES (1, 3)",
        "INSERT INTO logged VALUES (1, 1), (2, 1), (3, 1)",
        "INSERT INTO logged VALUES (1, 1)",
        "DELETE FROM logged WHERE acct_id = 1",
        "SELECT log_for(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT log_for(3)",
        "SELECT unlog_for(acct_id) FROM acct WHERE acct_id = 3",
        "UPDATE nested SET one = '(3)' WHERE acct_id = 1",
        "INSERT INTO filled (acct_id) VALUES (1)",
        "INSERT INTO ranged (acct_id, n) VALUES (1, '[1,3)')",
        "UPDATE ranged SET many = '{[1,3)}' WHERE acct_id = 1",
        "DELETE FROM parents WHERE acct_id = 1",
        "INSERT INTO ref_triggered VALUES (1, 'x')",
        "WITH w AS (INSERT INTO counted VALUES (1, 2) RETURNING *) SELECT * FROM w",
        "EXPLAIN (COSTS OFF) SELECT cnt() FROM acct WHERE acct_id = 3",
        "SELECT query_to_xml('SELECT count(*) FROM acct', true, true, '')::text FROM acct WHERE"
            + " acct_id = 3",
        "SELECT table_to_xml('acct', true, true, '')::text FROM acct WHERE acct_id = 3",
        "SELECT count(*) FROM ts_stat('SELECT to_tsvector(name) FROM acct')",
        "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, name::tsquery FROM acct')",
        "SELECT pg_relation_size(c.oid) FROM pg_class c WHERE relname = 'acct'",
        "SELECT pg_stat_get_live_tuples('acct'::regclass)",
        "SELECT conf_name(1) FROM acct WHERE acct_id = 3",
        "INSERT INTO numbered (acct_id) VALUES (1)",
        "SELECT next_number() FROM acct WHERE acct_id = 3",
        "SELECT next_number()",
        "SELECT with_default() FROM acct WHERE acct_id = 3",
        "SELECT n FROM counting WHERE acct_id = 3",
        "UPDATE counted SET n = 1 WHERE acct_id = 3",
        "SELECT lock_it(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT size_of('acct')",
        "SELECT acct_id, count(*) OVER (ORDER BY cnt()) FROM acct WHERE acct_id = 3",
        "SELECT max(lvl) FILTER (WHERE cnt() > 2) FROM acct WHERE acct_id = 3",
        "SELECT name FROM acct WHERE acct_id = 3 GROUP BY name HAVING cnt() > 2",
        "SELECT name FROM acct WHERE acct_id = 3 LIMIT (SELECT cnt())",
        "SELECT CASE WHEN lvl = 0 THEN cnt() END FROM acct WHERE acct_id = 3",
        "SELECT (SELECT cnt()) FROM acct WHERE acct_id = 3",
        "SELECT a.acct_id FROM acct a JOIN LATERAL cnt() c ON c > 2 WHERE a.acct_id = 3",
        "MERGE INTO acct USING (SELECT 3 AS k) s ON acct_id = s.k WHEN MATCHED THEN UPDATE SET lvl"
            + " = cnt()",
        "SELECT moves_of(lvl) FROM acct WHERE acct_id = 3",
        "SELECT moves_of(acct_id + 1) FROM acct WHERE acct_id = 3",
        "SELECT moves_of(4) FROM acct WHERE acct_id = 3",
        "SELECT moves_of(acct_id) FROM (SELECT acct_id + 1 AS acct_id FROM acct WHERE acct_id = 3)"
            + " q",
        "SELECT moves_of(q.acct_id) FROM acct a, LATERAL (SELECT 4 AS acct_id) q WHERE a.acct_id ="
            + " 3",
        "SELECT moves_near(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT moves_nested(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT moves_of_row(ROW(4, 1, 'x')::acct) FROM acct WHERE acct_id = 3",
        "SELECT pay(4, 1) FROM acct WHERE acct_id = 3",
      })
  void whatSeesOneShardsPartIsRefused(String sql) throws SQLException {
    Verdict outcome = twin.verify(sql);
    assertThat(outcome).as(sql).isInstanceOf(Verdict.Refused.class);
    assertThat(((Verdict.Refused) outcome).code()).as(sql).isIn("SJ0345", "SJ0347");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO ref_stamped VALUES (1, 'x')",
        "INSERT INTO ref_logged VALUES (1, 'x')",
        "INSERT INTO ref_timed VALUES (1, NULL)",
        "UPDATE ref SET v = lying(k)",
        "UPDATE ref SET v = lying_pid(k)",
        "UPDATE ref SET v = lying_text(k)",
        "DELETE FROM ref WHERE lying(k) > v",
        "UPDATE ref_ruled SET v = 'x'",
      })
  void whatWouldGiveCopiesDifferentRowsIsRefused(String sql) throws SQLException {
    Verdict outcome = twin.verify(sql);
    assertThat(outcome).as(sql).isInstanceOf(Verdict.Refused.class);
    assertThat(((Verdict.Refused) outcome).code()).as(sql).isEqualTo("SJ0309");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ref_stamped SET v = 'y'",
        "UPDATE ref_logged SET v = 'y'",
        "DELETE FROM ref_ruled",
        "DELETE FROM ref_stamped",
        "SELECT name || lvl FROM acct WHERE acct_id = 3 AND 1 + lvl = 1",
        "SELECT plus_one(lvl) FROM acct WHERE acct_id = 3",
        "SELECT slug(name) FROM acct",
        "SELECT slug('x')",
        "SELECT slug(name), count(*) FROM acct GROUP BY 1 ORDER BY 1",
        "SELECT name FROM acct WHERE acct_id = 3 AND plus_one(lvl) = 1",
        "SELECT ref_name(1) FROM acct WHERE acct_id = 3",
        "SELECT dynamic_but_pure() FROM acct WHERE acct_id = 3",
        "SELECT promised(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT moves_of(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT moves_of(a.acct_id) FROM acct a JOIN moves m USING (acct_id) WHERE a.acct_id = 3",
        "SELECT moves_by_number(acct_id) FROM acct WHERE acct_id = 3",
        "SELECT moves_of_row(a) FROM acct a WHERE acct_id = 3",
        "SELECT a.moves_of_row FROM acct a WHERE acct_id = 3",
        "SELECT (a).moves_of_row FROM acct a WHERE acct_id = 3",
        "SELECT pay(acct_id, 1) FROM acct WHERE acct_id = 3",
        "UPDATE acct SET lvl = moves_of(acct_id) WHERE acct_id = 3",
        "SELECT lower(name) FROM acct WHERE acct_id = 3",
        "SELECT ref_name(1)",
        "SELECT r, ref_name(2) FROM ref_name(1) r",
        "SELECT k, ref_name(k) FROM ref WHERE ref_name(k) <> 'x' ORDER BY k",
        "SELECT acct_id, ref_name(lvl) FROM acct ORDER BY acct_id",
        "SELECT count(*) FROM acct WHERE ref_name(lvl) = 'one'",
        "SELECT ref_name(lvl), count(*), max(ref_name(lvl)) FROM acct GROUP BY 1 ORDER BY 1",
        "SELECT acct_id FROM acct ORDER BY ref_name(lvl) NULLS FIRST, acct_id LIMIT 3",
        "SELECT a.acct_id FROM acct a JOIN acct b ON b.lvl = a.lvl + 1 WHERE ref_name(b.lvl) > ''"
            + " ORDER BY 1",
        "SELECT sum(length(r)) FROM acct, ref_name(lvl) r",
        "UPDATE acct SET name = ref_name(lvl)",
        "INSERT INTO moves SELECT acct_id, length(ref_name(1)) FROM acct",
        "DELETE FROM acct WHERE ref_name(lvl) IS NULL",
        "SELECT conf_name(1)",
        "SELECT conf_name(k) FROM conf",
        "INSERT INTO audited VALUES (1, 2), (2, 3)",
        "UPDATE audited SET n = n + 1 WHERE acct_id = 1",
        "UPDATE audited SET n = n + 1",
        "DELETE FROM audited WHERE acct_id = 1",
        "INSERT INTO stamped VALUES (1, 2)",
        "UPDATE stamped SET n = 3 WHERE acct_id = 1",
        "INSERT INTO ruled VALUES (4, 2)",
        "DELETE FROM ruled2 WHERE acct_id = 1",
        "DELETE FROM counted WHERE acct_id = 1",
        "UPDATE defaulted SET acct_id = acct_id WHERE acct_id = 1",
        "INSERT INTO parents VALUES (1, 1)",
        "INSERT INTO ref VALUES (3, slug('x'))",
        "SELECT count(*) FROM ref_triggered",
        "SELECT ts_rewrite('a & b'::tsquery, 'a'::tsquery, 'c'::tsquery)",
        "INSERT INTO children VALUES (1, 1)",
      })
  void whatTouchesNothingElseIsAnswered(String sql) throws SQLException {
    twin.assertEqual(sql);
  }
}
