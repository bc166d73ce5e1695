package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WITH of parts that write, over several shards: an entity's tables, queues, archives. */
class WritingPartsTest {

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
                    .sharded("person", "id")
                    .sharded("employee", "id")
                    .sharded("note", "person_id")
                    .sharded("archive", "id")
                    .sharded("word", "word")
                    .reference("country")
                    .single("conf", "s1"));
    twin.execute("CREATE TABLE person (id bigint PRIMARY KEY, name text, country text, boss int8)");
    twin.execute("CREATE TABLE employee (id bigint PRIMARY KEY, pay int, title text)");
    twin.execute("CREATE TABLE note (person_id bigint, n int, body text)");
    twin.execute("CREATE TABLE archive (id bigint, name text, country text, boss int8)");
    twin.execute("CREATE TABLE word (word text, n bigint)");
    twin.execute("CREATE TABLE country (code text PRIMARY KEY, name text)");
    twin.execute("CREATE TABLE conf (k text, v bigint)");
    twin.execute("INSERT INTO country VALUES ('de', 'Germany'), ('fr', 'France')");
    twin.execute("INSERT INTO conf VALUES ('k', 1)");
    twin.execute(
        "INSERT INTO person SELECT i, 'p' || i, CASE WHEN i % 3 = 0 THEN 'fr' ELSE 'de' END,"
            + " i % 7 FROM generate_series(1, 120) i");
    twin.execute(
        "INSERT INTO employee SELECT i, i * 10, 't' || i % 5 FROM generate_series(2, 120, 2) i");
    twin.execute("INSERT INTO note SELECT i % 120 + 1, i, 'b' FROM generate_series(1, 300) i");
    twin.execute("INSERT INTO word SELECT 'p' || i, i FROM generate_series(1, 40) i");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // As object-relational mappers change and delete an entity that lies in several tables.
        "WITH ids (id) AS MATERIALIZED (SELECT p.id FROM person p JOIN employee e ON e.id = p.id"
            + " WHERE p.country = 'fr' AND e.pay > 500), upd1 (id) AS (UPDATE person d SET name ="
            + " 'x' WHERE (d.id) IN (SELECT h.id FROM ids h) RETURNING d.id), upd2 (id) AS (UPDATE"
            + " employee d SET pay = pay + 1 WHERE (d.id) IN (SELECT h.id FROM ids h) RETURNING"
            + " d.id) SELECT count(*) FROM ids h",
        "WITH ids (id) AS MATERIALIZED (SELECT p.id FROM person p JOIN employee e ON e.id = p.id"
            + " WHERE e.pay BETWEEN 300 AND 400), del1 (id) AS (DELETE FROM employee d WHERE (d.id)"
            + " IN (SELECT h.id FROM ids h) RETURNING d.id), del2 (id) AS (DELETE FROM person d"
            + " WHERE (d.id) IN (SELECT h.id FROM ids h) RETURNING d.id) SELECT count(*) FROM ids"
            + " h",
        "WITH d AS (DELETE FROM note WHERE n < 20 RETURNING person_id, n) SELECT person_id, n FROM"
            + " d",
        "WITH d AS (DELETE FROM note WHERE n BETWEEN 20 AND 30 RETURNING *) SELECT count(*) FROM d"
            + " WHERE person_id > 25",
        "WITH d AS (DELETE FROM note WHERE n BETWEEN 31 AND 35 RETURNING person_id), u AS (UPDATE"
            + " person SET name = 'noted' FROM d WHERE person.id = d.person_id RETURNING person.id)"
            + " SELECT count(*) FROM u",
        "WITH d AS (DELETE FROM note WHERE n BETWEEN 36 AND 40 RETURNING person_id) UPDATE person"
            + " SET boss = -1 WHERE id IN (SELECT person_id FROM d)",
        "WITH d AS (DELETE FROM note WHERE n BETWEEN 41 AND 45 RETURNING person_id) DELETE FROM"
            + " employee USING d WHERE employee.id = d.person_id RETURNING employee.id",
        "WITH moved AS (DELETE FROM person WHERE id BETWEEN 90 AND 95 RETURNING *) INSERT INTO"
            + " archive SELECT * FROM moved",
        "WITH moved AS (DELETE FROM person WHERE id BETWEEN 96 AND 99 RETURNING *), ins AS (INSERT"
            + " INTO archive (id, name) SELECT id, name FROM moved RETURNING id) SELECT count(*)"
            + " FROM ins",
        "WITH u AS (UPDATE person SET name = upper(name) WHERE country = 'fr' RETURNING id, name),"
            + " e AS (UPDATE employee SET title = 'z' WHERE pay < 100) SELECT u.id, u.name, c.name"
            + " FROM u JOIN country c ON c.code = 'fr'",
        // A row of a lookup table is found or made.
        "WITH c AS (INSERT INTO country VALUES ('xx', 'y') ON CONFLICT (code) DO NOTHING RETURNING"
            + " code) SELECT code FROM c UNION ALL SELECT code FROM country WHERE code = 'xx'",
        "WITH c AS (INSERT INTO country (code, name) SELECT code || '2', name FROM country"
            + " RETURNING code) SELECT count(*) FROM c",
        "WITH c AS (UPDATE country SET name = lower(name) WHERE code < 'e' RETURNING *), d AS"
            + " (DELETE FROM country WHERE code = 'xx' RETURNING code) SELECT max(c.name), count(*)"
            + " FROM c, d",
        "WITH u AS (UPDATE person SET boss = boss + 1 WHERE id < 30 RETURNING id), d AS (DELETE"
            + " FROM note WHERE person_id = 7 RETURNING n) SELECT count(*) FROM u WHERE id = 5",
        "WITH u AS (UPDATE person SET boss = 77 WHERE id = 3), d AS (DELETE FROM note WHERE"
            + " person_id = 8) SELECT count(*) FROM employee WHERE id = 10",
        "WITH u AS (UPDATE person SET boss = 78 WHERE id < 9 RETURNING id) SELECT id, count(*) FROM"
            + " u GROUP BY id",
        "WITH u AS (UPDATE person SET boss = boss + 2 WHERE id BETWEEN 10 AND 20 RETURNING id,"
            + " boss) SELECT max(id), min(boss), sum(boss), count(*) FROM u",
        "WITH u AS (UPDATE person SET boss = boss + 2 WHERE id BETWEEN 10 AND 20 RETURNING id,"
            + " boss) SELECT * FROM u ORDER BY boss DESC, id",
        "WITH u AS (UPDATE person SET boss = boss + 2 WHERE id BETWEEN 10 AND 20 RETURNING *)"
            + " SELECT name, boss FROM u ORDER BY id DESC LIMIT 3 OFFSET 1",
        "WITH u AS (UPDATE person SET boss = 79 WHERE id < 9 RETURNING id, country) SELECT u.id,"
            + " n.n FROM u LEFT JOIN note n ON n.person_id = u.id",
      })
  void partsThatTheKeySplitsRunOnEachShard(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void theirValuesAreBound() throws SQLException {
    twin.assertEqual(
        "WITH ids (id) AS MATERIALIZED (SELECT p.id FROM person p JOIN employee e ON e.id = p.id"
            + " WHERE e.pay > ? AND p.country = ?), del1 (id) AS (DELETE FROM employee d WHERE"
            + " (d.id) IN (SELECT h.id FROM ids h) RETURNING d.id), del2 (id) AS (DELETE FROM"
            + " person d WHERE (d.id) IN (SELECT h.id FROM ids h) RETURNING d.id) SELECT count(*)"
            + " FROM ids h",
        1100,
        "de");
    twin.assertEqual(
        "WITH d AS (DELETE FROM note WHERE person_id = ? RETURNING person_id), e AS (DELETE FROM"
            + " employee WHERE id = ?) SELECT * FROM d",
        11L,
        12L);
  }

  /** What each shard cannot do for itself, or whose answer no merge gives, is done in two steps. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH d AS (DELETE FROM note WHERE n > 290 RETURNING body) SELECT body FROM d ORDER BY"
            + " body",
        "WITH d AS (DELETE FROM note WHERE n > 290 RETURNING body) SELECT max(body), count(*) FROM"
            + " d",
        "WITH d AS (DELETE FROM note WHERE n > 290 RETURNING n) SELECT n, count(*) FROM d GROUP BY"
            + " n",
        "WITH i AS (INSERT INTO note VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z'), (4, 4, 'a'), (5,"
            + " 5, 'b'), (6, 6, 'c') RETURNING n) SELECT n FROM i",
        "WITH ids AS (SELECT person_id FROM note ORDER BY n DESC LIMIT 5), d AS (DELETE FROM person"
            + " WHERE id IN (SELECT person_id FROM ids) RETURNING id) SELECT count(*) FROM d",
        "WITH d AS (DELETE FROM person WHERE boss IN (SELECT id FROM employee) RETURNING id) SELECT"
            + " count(*) FROM d",
        "WITH i AS (INSERT INTO person (id, name) VALUES (501, 'a'), (502, 'b'), (503, 'c') ON"
            + " CONFLICT DO NOTHING RETURNING *) SELECT name, id FROM i WHERE id > 501",
        "WITH d AS (DELETE FROM note WHERE n IN (SELECT n FROM note ORDER BY n LIMIT 4) RETURNING"
            + " *) SELECT d.n, c.name FROM d LEFT JOIN country c ON c.code = 'de' ORDER BY body, n",
        "WITH p AS (SELECT id FROM person WHERE country = 'de' ORDER BY id LIMIT 3 FOR UPDATE SKIP"
            + " LOCKED), u AS (UPDATE person SET name = 'run' FROM p WHERE person.id = p.id"
            + " RETURNING person.id AS ran), e AS (SELECT ran + 1 AS ran FROM u) SELECT max(ran)"
            + " FROM e",
        "WITH u (a, b) AS (UPDATE employee SET pay = pay + 1 WHERE pay < 300 RETURNING id, title)"
            + " SELECT b, count(*), row_number() OVER (ORDER BY b) FROM u GROUP BY b",
        "WITH d AS (DELETE FROM note WHERE n = -1 RETURNING body) SELECT count(body), max(body)"
            + " FROM d",
      })
  void aPartIsCarriedOutBeforeTheQueryOverItsRows(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void whatTheQueryFailsAtUndoesThePart() throws SQLException {
    String sql =
        "WITH d AS (DELETE FROM note WHERE n BETWEEN 200 AND ? RETURNING body, n) SELECT max(body),"
            + " min(1 / (n - ?)) FROM d";
    twin.assertEqual(sql, 230, 210);
    twin.assertEqual(sql, 230, 300);
  }

  /** An INSERT of one key is one shard's, whichever query gives its row. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH u AS (UPDATE person SET name = 'up' WHERE id = 900 RETURNING *) INSERT INTO person"
            + " (id, name) SELECT 900, 'new' WHERE NOT EXISTS (SELECT * FROM u)",
        "WITH u AS (UPDATE person SET name = 'up' WHERE id = 5 RETURNING *) INSERT INTO person"
            + " (id, name) SELECT 5, 'new' WHERE NOT EXISTS (SELECT * FROM u)",
        "INSERT INTO archive SELECT '7', name, country, boss FROM person WHERE id = 7 LIMIT 1",
        "INSERT INTO person (name, id) SELECT 'x', 2.5 WHERE random() >= 0",
      })
  void rowsOfOneConstantKeyAreInsertedOnItsShard(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  /** Each shard would do what one server does once, or with rows that it does not have. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH d AS (DELETE FROM note WHERE n > 290 RETURNING n) DELETE FROM person USING d WHERE"
            + " person.id = d.n",
        "WITH d AS (DELETE FROM note WHERE n > 290) SELECT 1",
        "WITH d AS (DELETE FROM note WHERE n > 290) SELECT count(*) FROM country",
        "WITH d AS (DELETE FROM note WHERE n > 290 RETURNING n) INSERT INTO word SELECT 'x', n FROM"
            + " d",
        "WITH d AS (DELETE FROM note WHERE n > 290 RETURNING n, person_id) INSERT INTO archive (id)"
            + " SELECT n FROM d",
        "WITH c AS (UPDATE country SET name = 'x' RETURNING code), d AS (DELETE FROM note WHERE n >"
            + " 290) SELECT count(*) FROM person",
        "WITH c AS (UPDATE country SET name = random()::text RETURNING name) SELECT count(*) FROM"
            + " c",
        "WITH c AS (DELETE FROM country WHERE code = 'de') SELECT count(*) FROM person",
        "WITH c AS (UPDATE country SET name = p.name FROM person p WHERE p.id = 3) SELECT 1",
        "WITH c AS (UPDATE country SET name = 'x') UPDATE person SET boss = 3 WHERE id = 5",
        "WITH c AS (UPDATE country SET name = 'x'), u AS (UPDATE person SET boss = 3 WHERE id = 5"
            + " RETURNING id) SELECT id FROM u",
        "WITH c AS (UPDATE country SET name = 'x' RETURNING code) INSERT INTO conf SELECT code, 1"
            + " FROM c",
        "WITH c AS (UPDATE country SET name = 'x' RETURNING code) INSERT INTO word (word, n) VALUES"
            + " ('w', 1)",
        "WITH a AS (SELECT id FROM employee), employee AS (DELETE FROM note WHERE n > 270 RETURNING"
            + " n) SELECT (SELECT count(*) FROM a), count(*), max(n) FROM employee GROUP BY n",
        "WITH a AS (SELECT set_config('app.x', 'y', false) FROM country), d AS (DELETE FROM note"
            + " WHERE n > 270 RETURNING body) SELECT max(body) FROM d, a",
        "WITH c AS (UPDATE conf SET v = 2), d AS (DELETE FROM note WHERE n > 290) SELECT count(*)"
            + " FROM person",
        "WITH d AS (DELETE FROM note WHERE n > 290 + random() RETURNING n) SELECT n FROM d",
        "WITH u AS (UPDATE person SET boss = 5 WHERE id < 50 RETURNING boss), d AS (DELETE FROM"
            + " note USING u WHERE note.person_id = u.boss RETURNING n) SELECT count(*) FROM d",
        "WITH u AS (UPDATE person SET id = id + 1 WHERE id < 50 RETURNING id) SELECT count(*) FROM"
            + " u",
      })
  void theRestIsRefusedOrTheSame(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Refused.class);
  }
}
