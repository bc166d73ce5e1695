package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Numbers of sequences: each is given once, and in the order in which one PostgreSQL gives them.
 */
class SequencesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  private static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("mposts", "user_id")
        .sharded("owners", "id")
        .sharded("strict", "id")
        .sharded("notes", "user_id")
        .sharded("bills", "user_id")
        .sharded("users", "user_id")
        .reference("kinds")
        .single("conf", "s1")
        .single("far", "s2");
  }

  @BeforeAll
  static void open() throws SQLException {
    twin = TwinDatabase.on(cluster.cluster(), cluster.database(), SequencesTest::declare);
  }

  @BeforeEach
  void create() throws SQLException {
    twin.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
    for (int i = 1; i <= 6; i++) {
      twin.execute("INSERT INTO users VALUES (?, ?)", i, "u" + i);
    }
    twin.execute(
        "CREATE TABLE mposts (id bigserial, user_id bigint NOT NULL, body text DEFAULT 'none',"
            + " PRIMARY KEY (user_id, id))");
  }

  @AfterEach
  void drop() throws SQLException {
    for (String table :
        List.of("users", "mposts", "owners", "strict", "notes", "bills", "kinds", "conf", "far")) {
      twin.execute("DROP TABLE IF EXISTS " + table);
    }
    for (String sequence : List.of("ids3", "ids4", "shared", "bill_seq")) {
      twin.execute("DROP SEQUENCE IF EXISTS " + sequence);
    }
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @Test
  void aColumnThatIsAddedIsNumberedInSteps() throws SQLException {
    Verdict outcome = twin.verify(Trial.plain("ALTER TABLE users ADD COLUMN n bigserial"));
    assertThat(String.valueOf(outcome)).contains("SJ0385");
    twin.execute("DROP TABLE users");
    twin.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
    twin.execute("INSERT INTO users VALUES (1, 'u'), (2, 'u'), (3, 'u'), (4, 'u'), (5, 'u')");
    twin.execute("CREATE SEQUENCE shared");
    twin.execute("ALTER TABLE users ADD COLUMN n bigint");
    for (int i = 1; i <= 5; i++) { // of several rows, which gets which number is open
      twin.assertEqual("UPDATE users SET n = nextval('shared') WHERE user_id = ?", i);
    }
    twin.execute("ALTER TABLE users ALTER COLUMN n SET DEFAULT nextval('shared')");
    twin.execute("ALTER TABLE users ALTER COLUMN n SET NOT NULL");
    twin.assertEqual("SELECT count(DISTINCT n), max(n) FROM users");
    twin.assertEqual("INSERT INTO users (user_id) VALUES (8), (9), (10) RETURNING user_id, n");
  }

  @Test
  void aSequenceIsReadWhereItCounts() throws SQLException {
    String state = "SELECT last_value, is_called FROM ";
    twin.execute("CREATE SEQUENCE shared START 5");
    twin.assertEqual(state + "shared");
    twin.assertEqual("SELECT nextval('shared')");
    twin.assertEqual(state + "public.shared AS s");
    twin.assertEqual("INSERT INTO mposts (user_id) VALUES (1), (2), (3)");
    twin.assertEqual(state + "mposts_id_seq");
    twin.assertEqual("SELECT (SELECT last_value FROM mposts_id_seq) + 1");
    twin.assertEqual("SELECT count(*) FROM users WHERE user_id < (SELECT last_value FROM shared)");
    twin.execute("CREATE TABLE far (id serial, body text)");
    twin.execute("INSERT INTO far (body) VALUES ('a'), ('b')");
    twin.assertEqual(state + "far_id_seq");
    twin.assertEqual("DELETE FROM shared");
  }

  @Test
  void aNumberInTheRowsOfAQueryIsTheirKey() throws SQLException {
    twin.execute("CREATE SEQUENCE shared START 100");
    for (String sql :
        List.of(
            "INSERT INTO users SELECT nextval('shared'), 'n' FROM generate_series(1, 5)",
            "INSERT INTO users (name, user_id) SELECT 'm', nextval('shared'::regclass)",
            "INSERT INTO users SELECT nextval('shared'), name FROM users WHERE user_id < 3",
            "INSERT INTO mposts (user_id) SELECT nextval('shared') FROM generate_series(1, 4)")) {
      twin.assertEqual(sql);
      twin.assertEqual("SELECT user_id FROM users ORDER BY user_id");
      twin.assertEqual("SELECT id, user_id FROM mposts ORDER BY id");
    }
    for (int user = 100; user < 113; user++) {
      twin.assertEqual("SELECT count(*), max(name) FROM users WHERE user_id = ?", user);
      twin.assertEqual("SELECT id FROM mposts WHERE user_id = ?", user);
    }
  }

  @Test
  void aSerialColumnCountsOnceForAllShards() throws SQLException {
    for (int i = 1; i <= 6; i++) {
      twin.assertEqual("INSERT INTO mposts (user_id, body) VALUES (?, 'x') RETURNING id", i);
    }
    twin.assertEqual("SELECT id, user_id FROM mposts ORDER BY id");
    twin.assertEqual("DELETE FROM mposts WHERE id = 1");
    twin.assertEqual(
        "INSERT INTO mposts (user_id) VALUES (?), (?), (?), (?) RETURNING user_id, id", 1, 2, 3, 4);
    twin.assertEqual("INSERT INTO mposts VALUES (DEFAULT, ?, 'd'), (DEFAULT, ?, DEFAULT)", 5, 6);
    twin.assertEqual("INSERT INTO mposts AS m (user_id) VALUES (7) RETURNING m.*");
    twin.assertEqual("SELECT nextval('mposts_id_seq')");
    twin.assertEqual("INSERT INTO mposts (body, user_id) VALUES ('q', 3) RETURNING id");
  }

  @Test
  void identityColumnsCountAlikeAndMayBeTheShardKey() throws SQLException {
    twin.execute(
        "CREATE TABLE owners (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text)");
    twin.execute(
        "CREATE TABLE strict (id int GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5)"
            + " PRIMARY KEY, name text)");
    for (int i = 0; i < 6; i++) {
      twin.assertEqual("INSERT INTO owners (name) VALUES (?) RETURNING id, name", "n" + i);
      twin.assertEqual("INSERT INTO strict (name) VALUES (?) RETURNING *", "n" + i);
    }
    twin.assertEqual("INSERT INTO owners DEFAULT VALUES RETURNING id");
    twin.assertEqual("INSERT INTO strict DEFAULT VALUES");
    twin.assertEqual("INSERT INTO strict VALUES (DEFAULT, 'a'), (DEFAULT, 'b') RETURNING id");
    twin.assertEqual("INSERT INTO strict (id, name) VALUES (3, 'x')");
    assertThat(twin.verify("INSERT INTO strict (id, name) VALUES (DEFAULT, 'x'), (4, 'y')"))
        .isNotInstanceOf(Verdict.Different.class);
    twin.assertEqual("INSERT INTO strict (id, name) OVERRIDING SYSTEM VALUE VALUES (3, 'x')");
    twin.assertEqual("INSERT INTO strict (id, name) OVERRIDING USER VALUE VALUES (?, 'x')", 3);
    twin.assertEqual(
        "INSERT INTO owners OVERRIDING USER VALUE VALUES (3, 'x'), (4, 'y') RETURNING id");
    twin.assertEqual("INSERT INTO owners (name, id) VALUES ('z', DEFAULT), ('w', 500)");
    twin.assertEqual("INSERT INTO owners (name) VALUES ('again') ON CONFLICT (id) DO NOTHING");
    twin.assertEqual(
        "INSERT INTO owners (id, name) VALUES (1, 'p'), (DEFAULT, 'q')"
            + " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name");
    twin.assertEqual("SELECT * FROM owners ORDER BY id");
    twin.assertEqual("SELECT * FROM strict ORDER BY id");
  }

  @Test
  void numbersInValuesAreThoseOfSelectNextval() throws SQLException {
    twin.execute("CREATE SEQUENCE ids3 START 5 INCREMENT 3");
    twin.execute("CREATE TABLE notes (id bigint, user_id bigint, label text, n int)");
    for (int i = 1; i <= 4; i++) {
      twin.assertEqual("INSERT INTO notes (id, user_id) VALUES (nextval('ids3'), ?)", i);
      twin.assertEqual("SELECT nextval('ids3')");
    }
    twin.assertEqual(
        "INSERT INTO notes (id, user_id) VALUES (nextval('ids3'), 11), (nextval('ids3'), 12),"
            + " (nextval('public.ids3'::regclass), 13) RETURNING id");
    twin.assertEqual(
        "INSERT INTO notes (user_id, label, id) VALUES (nextval('ids3'), 'a' || nextval('ids3'),"
            + " nextval('ids3') * 2) RETURNING *");
    twin.assertEqual(
        "INSERT INTO notes (label, id, user_id) VALUES ('a' || nextval('ids3'), nextval('ids3'),"
            + " 1), ('b' || nextval('ids3'), nextval('ids3'), 2) RETURNING *");
    twin.assertEqual("SELECT setval('ids3', 1000)");
    twin.assertEqual("INSERT INTO notes (id, user_id) VALUES (nextval('ids3'), 3) RETURNING id");
    twin.assertEqual("SELECT setval('ids3', 50, false)");
    twin.assertEqual("SELECT nextval('ids3'), nextval('ids3')");
    twin.execute("ALTER SEQUENCE ids3 RESTART WITH 7");
    twin.assertEqual("INSERT INTO notes (id, user_id) VALUES (nextval('ids3'), 3) RETURNING id");
    twin.assertEqual("SELECT id, user_id, label FROM notes ORDER BY id, user_id, label");
  }

  @Test
  void rowsOfAQueryAreNumberedInItsOrder() throws SQLException {
    twin.assertEqual(
        "INSERT INTO mposts (user_id, body) SELECT user_id, name FROM users ORDER BY user_id DESC"
            + " RETURNING id, user_id");
    twin.assertEqual(
        "INSERT INTO mposts (user_id, body) SELECT user_id, 'one' FROM users WHERE user_id = ?", 3);
    twin.assertEqual(
        "INSERT INTO mposts (user_id, body) SELECT ?, 'n' WHERE NOT EXISTS (SELECT FROM mposts"
            + " WHERE user_id = ? AND body = 'n')",
        4L,
        4L);
    twin.assertEqual(
        "INSERT INTO mposts (id, user_id) SELECT nextval('mposts_id_seq'), user_id FROM users"
            + " ORDER BY user_id LIMIT 3");
    twin.execute(
        "CREATE TABLE owners (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)");
    twin.assertEqual("INSERT INTO owners (name) SELECT name FROM users ORDER BY user_id");
    twin.execute("CREATE TABLE notes (user_id bigint, label text, id bigserial)");
    twin.assertEqual("INSERT INTO notes SELECT user_id, name FROM users ORDER BY user_id");
    twin.assertEqual("INSERT INTO notes SELECT * FROM users ORDER BY user_id");
    twin.assertEqual("INSERT INTO notes SELECT user_id + 10, label, id FROM notes");
    twin.assertEqual("INSERT INTO notes SELECT * FROM notes");
    twin.assertEqual(
        "INSERT INTO notes SELECT user_id FROM users WHERE user_id = 4 ON CONFLICT DO NOTHING");
    twin.assertEqual("SELECT * FROM notes ORDER BY id, user_id");
    twin.assertEqual("SELECT * FROM owners ORDER BY id");
    twin.assertEqual("SELECT id, user_id, body FROM mposts ORDER BY id");
  }

  @Test
  void copiesOfAReferenceTableGetTheSameNumbers() throws SQLException {
    twin.execute(
        "CREATE TABLE kinds (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text)");
    twin.assertEqual("INSERT INTO kinds (name) VALUES ('cat'), ('dog') RETURNING id");
    twin.assertEqual("INSERT INTO kinds VALUES (DEFAULT, 'fox')");
    twin.assertEqual(
        "INSERT INTO kinds (name) SELECT 'owl' WHERE NOT EXISTS (SELECT FROM kinds WHERE name ="
            + " 'owl')");
    twin.assertEqual(
        "INSERT INTO kinds (name) SELECT 'owl' WHERE NOT EXISTS (SELECT FROM kinds WHERE name ="
            + " 'owl')");
    twin.assertEqual("INSERT INTO kinds (name) SELECT name FROM users ORDER BY name");
    twin.assertEqual("SELECT * FROM kinds ORDER BY id");
    twin.execute("TRUNCATE kinds RESTART IDENTITY");
    twin.assertEqual("INSERT INTO kinds DEFAULT VALUES RETURNING id");
  }

  @Test
  void aTableOfOneShardCountsOnItsOwnShard() throws SQLException {
    twin.execute("CREATE SEQUENCE shared");
    twin.execute("CREATE TABLE conf (id serial PRIMARY KEY, name text)");
    twin.execute("CREATE TABLE far (id int DEFAULT nextval('shared'), name text)");
    twin.assertEqual("INSERT INTO conf (name) VALUES ('a'), ('b') RETURNING id");
    twin.assertEqual("SELECT nextval('conf_id_seq')");
    twin.assertEqual("SELECT setval('conf_id_seq', 20)");
    twin.assertEqual("INSERT INTO conf (name) SELECT name FROM users ORDER BY name RETURNING id");
    twin.assertEqual("INSERT INTO far (name) VALUES ('a') RETURNING id");
    twin.assertEqual("SELECT nextval('shared')");
    twin.assertEqual("INSERT INTO far (name) SELECT name FROM users ORDER BY name RETURNING id");
    twin.assertEqual(
        "INSERT INTO mposts (id, user_id) VALUES (nextval('conf_id_seq'), 2) RETURNING id");
  }

  @Test
  void defaultsThatMakeMoreOfANumberAreMadeOfTheSameNumbers() throws SQLException {
    twin.execute("CREATE SEQUENCE bill_seq");
    twin.execute(
        "CREATE TABLE bills (user_id bigint, bill text DEFAULT 'B-' || lpad("
            + "nextval('bill_seq')::text, 4, '0'), n smallserial)");
    for (int i = 1; i <= 5; i++) {
      twin.assertEqual("INSERT INTO bills (user_id) VALUES (?) RETURNING bill, n", i);
    }
    twin.assertEqual("INSERT INTO bills (user_id) VALUES (1), (2), (3) RETURNING bill, n");
    twin.assertEqual("INSERT INTO bills (user_id) SELECT user_id FROM users ORDER BY user_id");
    twin.assertEqual("SELECT * FROM bills ORDER BY n");
  }

  @Test
  void whatCannotBeNumberedIsRefused() throws SQLException {
    twin.execute("CREATE SEQUENCE ids4");
    for (String sql :
        new String[] {
          "UPDATE users SET user_id = nextval('ids4') WHERE user_id = 1",
          "UPDATE mposts SET body = nextval('ids4')::text FROM users u WHERE u.user_id = 1",
          "INSERT INTO mposts (id, user_id) VALUES (CASE WHEN true THEN nextval('ids4') END, 1)",
          "SELECT nextval('ids4') FROM users WHERE user_id = 2",
          "ALTER TABLE users ADD COLUMN n serial",
          "ALTER TABLE users ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY",
          "ALTER TABLE users ADD COLUMN n bigint DEFAULT nextval('ids4')",
          "ALTER TABLE users ALTER COLUMN name TYPE text USING name || nextval('ids4')",
          "MERGE INTO mposts p USING (VALUES (1)) v(u) ON p.user_id = v.u AND p.id = 9"
              + " WHEN NOT MATCHED THEN INSERT (user_id) VALUES (v.u)",
        }) {
      Verdict outcome = twin.verify(sql);
      assertThat(outcome).as(sql).isNotInstanceOf(Verdict.Different.class);
    }
  }

  @Test
  void anUpdateGivesEachOfItsRowsANumber() throws SQLException {
    twin.execute("CREATE SEQUENCE ids4 START 100");
    twin.execute("CREATE TABLE kinds (id int PRIMARY KEY, n bigserial, name text)");
    twin.execute("INSERT INTO kinds VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')");
    for (int i = 1; i <= 6; i++) {
      twin.execute("INSERT INTO mposts (user_id, body) VALUES (?, 'b' || ?::int)", i, i);
      twin.assertEqual(
          "UPDATE mposts m SET body = 'n' || nextval('ids4') || '-' || m.id, id = DEFAULT"
              + " WHERE user_id = ? AND body = 'b' || ?::int RETURNING *",
          i,
          i);
    }
    twin.assertEqual("SELECT * FROM mposts ORDER BY id");
    twin.assertEqual("UPDATE mposts SET body = nextval('ids4') WHERE user_id = 99 RETURNING body");
    twin.assertEqual(
        "UPDATE mposts SET (body, id) = (nextval('ids4') || ?, nextval('ids4')) WHERE user_id = 3"
            + " RETURNING mposts.*, id + 1 AS more",
        "x");
    twin.assertEqual("UPDATE kinds SET n = nextval('ids4') WHERE id = 2 RETURNING n");
    twin.assertEqual("UPDATE kinds SET n = DEFAULT, name = name || 'x' WHERE name = 'c'");
    twin.assertEqual("SELECT id, name FROM kinds ORDER BY id");
    twin.assertEqual("SELECT nextval('ids4')");
  }

  @Test
  void aMergeNumbersTheRowsThatItInserts() throws SQLException {
    twin.execute("CREATE SEQUENCE ids4 START 100");
    twin.execute(
        "CREATE TABLE owners (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)");
    twin.execute("INSERT INTO mposts (user_id) VALUES (6)");
    for (int i = 1; i < 4; i++) {
      twin.assertEqual(
          "MERGE INTO mposts p USING (VALUES (6, 'a'), (6 + ?, 'e')) u(user_id, name) ON p.user_id"
              + " = u.user_id WHEN MATCHED THEN UPDATE SET body = body || '+' WHEN NOT MATCHED THEN"
              + " INSERT (user_id, body) VALUES (u.user_id, u.name)",
          i);
      twin.assertEqual("SELECT * FROM mposts ORDER BY id");
    }
    twin.assertEqual(
        "MERGE INTO mposts p USING (SELECT u.user_id + 1000 AS k, u.name FROM users u) v"
            + " ON p.body = v.name WHEN NOT MATCHED AND k = 1004 THEN INSERT VALUES (DEFAULT, k,"
            + " nextval('ids4') || v.name)");
    twin.assertEqual(
        "MERGE INTO owners o USING (VALUES ('y')) u(name) ON o.name = u.name"
            + " WHEN NOT MATCHED THEN INSERT (name) VALUES (u.name) WHEN MATCHED THEN DELETE");
    twin.assertEqual(
        "MERGE INTO mposts p USING (VALUES (1)) v(u) ON p.user_id = v.u AND p.id = 9"
            + " WHEN NOT MATCHED THEN INSERT (user_id) VALUES (v.u)");
    twin.assertEqual("SELECT * FROM owners ORDER BY id");
    twin.assertEqual("SELECT * FROM mposts ORDER BY id");
    twin.assertEqual("SELECT nextval('ids4'), nextval('mposts_id_seq')");
  }

  @Test
  void anInsertInsideWithTakesItsNumbersFirst() throws SQLException {
    twin.assertEqual(
        "WITH i AS (INSERT INTO mposts (user_id) VALUES (3) RETURNING id) SELECT id FROM i");
    twin.assertEqual(
        "WITH i AS (INSERT INTO mposts (user_id) VALUES (2) RETURNING id) SELECT id FROM i");
    twin.assertEqual("SELECT id, user_id FROM mposts ORDER BY id");
  }
}
