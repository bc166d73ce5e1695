package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that a sharding key pins, or a hint, writes what belongs to its shard only. */
class PinnedWritesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final String CODE =
      """
      CREATE FUNCTION put_country(c text) RETURNS int LANGUAGE sql
        AS 'INSERT INTO countries VALUES (c, ''new'') RETURNING 1';
      CREATE PROCEDURE put_country_too(c text) LANGUAGE sql
        AS 'INSERT INTO countries VALUES (c, ''new'')';
      CREATE FUNCTION put_country_by(c text) RETURNS int LANGUAGE sql AS 'SELECT put_country(c)';
      CREATE FUNCTION set_setting() RETURNS void LANGUAGE plpgsql
        AS 'BEGIN UPDATE settings SET value = ''x''; END';
      CREATE FUNCTION add_user(k bigint) RETURNS bigint LANGUAGE sql
        AS 'INSERT INTO users (user_id, name) VALUES (k, ''by function'') RETURNING user_id';
      CREATE FUNCTION add_users() RETURNS void LANGUAGE plpgsql AS
        'BEGIN FOR i IN 1000 .. 1009 LOOP INSERT INTO users (user_id, name) VALUES (i, ''x'');
         END LOOP; END';
      CREATE FUNCTION move_users() RETURNS void LANGUAGE sql
        AS 'UPDATE users SET user_id = user_id + 1';
      CREATE FUNCTION age_users() RETURNS void LANGUAGE sql AS 'UPDATE users SET age = 77';
      CREATE FUNCTION age_user(k bigint) RETURNS bigint LANGUAGE sql
        AS 'UPDATE users SET age = 76 WHERE user_id = k RETURNING user_id';
      CREATE FUNCTION count_users() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM users';
      CREATE FUNCTION blank_countries() RETURNS void LANGUAGE sql
        AS 'ALTER TABLE countries ALTER COLUMN name TYPE text USING NULL';
      CREATE FUNCTION by_blank_countries() RETURNS void LANGUAGE sql AS 'SELECT blank_countries()';
      CREATE FUNCTION inherit_spare() RETURNS void LANGUAGE plpgsql
        AS 'BEGIN ALTER TABLE spare INHERIT users; END';
      CREATE TABLE spare AS SELECT * FROM users LIMIT 0;
      INSERT INTO spare VALUES (1001, 'a'), (1002, 'b'), (1003, 'c');
      ALTER TABLE spare ALTER user_id SET NOT NULL, ALTER name SET NOT NULL;
      CREATE SCHEMA aside;
      CREATE TABLE aside.users AS SELECT * FROM spare;
      CREATE FUNCTION note_country() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN INSERT INTO countries VALUES (NEW.title, ''x''); RETURN NEW; END';
      """;

  private static ShardDataSource dataSource;
  private static long here;
  private static long there;
  private static Connection pinned;
  private static List<String> filled = List.of();

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    plain.everywhere(CODE);
    here = Sample.userOn(dataSource, "s1");
    there = Sample.userOn(dataSource, "s2");
    ShardingKey key = dataSource.createShardingKeyBuilder().subkey(here, JDBCType.BIGINT).build();
    pinned = dataSource.createConnectionBuilder().shardingKey(key).build();
  }

  @AfterAll
  static void close() throws SQLException {
    pinned.close();
    dataSource.close();
  }

  /** Most tests change nothing, and leave it to the next one. */
  @BeforeEach
  void fill() throws SQLException {
    if (everything().equals(filled)) {
      return;
    }
    for (String table : List.of("users", "posts", "countries", "settings")) {
      Sample.execute(dataSource, "DELETE FROM " + table);
    }
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "INSERT INTO countries VALUES ('de', 'Germany')");
    Sample.execute(dataSource, "INSERT INTO settings VALUES ('a', 'b')");
    filled = everything();
  }

  private static List<String> everything() throws SQLException {
    List<String> rows = new ArrayList<>();
    for (String shard : plain.shards()) {
      for (String table : List.of("users", "posts", "countries")) {
        plain
            .rows(shard, "SELECT * FROM %s t ORDER BY t".formatted(table))
            .forEach(row -> rows.add(shard + "." + table + ": " + row));
      }
    }
    rows.addAll(plain.rows("s0", "SELECT * FROM settings"));
    return rows;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
        statement.setLong(i, there);
      }
      statement.execute();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO users (user_id, name) VALUES (:there + 0, 'x')",
        "INSERT INTO users (user_id, name) VALUES (1000, 'a'), (1001, 'b'), (1002, 'c'), (1003,"
            + " 'd')",
        "INSERT INTO users (user_id, name) SELECT 1000 + n, 'x' FROM generate_series(1, 9) n",
        "INSERT INTO users (name, user_id) VALUES ('x', :there) ON CONFLICT (user_id) DO UPDATE SET"
            + " name = 'y'",
        "WITH w AS (INSERT INTO users (user_id, name) VALUES (:there + 100, 'x') RETURNING 1)"
            + " SELECT * FROM w",
        "UPDATE users SET age = 99 WHERE user_id = :there",
        "UPDATE users SET age = 99 WHERE user_id IN (:here, :there)",
        "UPDATE users SET user_id = :there WHERE user_id = :here",
        "UPDATE users SET user_id = user_id + 1",
        "DELETE FROM posts WHERE user_id = :there",
        "DELETE FROM posts WHERE user_id = ANY (ARRAY[:there])",
        "MERGE INTO users u USING (VALUES (:there::bigint)) v (id) ON u.user_id = v.id"
            + " WHEN MATCHED THEN UPDATE SET age = 1"
            + " WHEN NOT MATCHED THEN INSERT (user_id, name) VALUES (v.id, 'x')",
        "INSERT INTO countries VALUES ('fr', 'France')",
        "UPDATE countries SET name = 'x'",
        "DELETE FROM countries",
        "TRUNCATE countries",
        "WITH w AS (DELETE FROM countries RETURNING 1) SELECT * FROM w",
        "EXPLAIN ANALYZE DELETE FROM countries",
        "UPDATE settings SET value = 'x'",
        "SELECT put_country('fr')",
        "SELECT put_country(name) FROM users",
        "SELECT put_country_by('fr')",
        "WITH w AS (SELECT put_country('fr')) SELECT * FROM w",
        "CALL put_country_too('fr')",
        "SELECT set_setting()",
        "SELECT add_user(:there)",
        "SELECT add_user(:there) FROM users",
        "SELECT add_users()",
        "SELECT move_users()",
        "SELECT age_user(:there)",
        "INSERT INTO posts (user_id, title) SELECT :here, add_user(:there)::text",
        "DO $$ BEGIN INSERT INTO countries VALUES ('fr', 'France'); END $$",
        "DO $$ BEGIN PERFORM put_country('fr'); END $$",
        "DO $$ BEGIN INSERT INTO users (user_id, name) VALUES (:there, 'x'); END $$",
        "DO $$ BEGIN FOR i IN 1000 .. 1009 LOOP INSERT INTO users (user_id) VALUES (i);"
            + " END LOOP; END $$",
        "DO $$ BEGIN DELETE FROM posts WHERE user_id = :there; END $$",
        "ALTER TABLE users ALTER COLUMN user_id TYPE bigint USING user_id + 1",
        "ALTER TABLE users ADD COLUMN n bigserial",
        "ALTER TABLE countries ADD COLUMN z float8 DEFAULT random()",
        "ALTER TABLE countries ALTER COLUMN name TYPE text USING name || pg_backend_pid()",
        "DO $$ BEGIN ALTER TABLE users ALTER COLUMN user_id TYPE bigint USING 1; END $$",
      })
  void whatWouldBeMisplacedIsRefused(String sql) throws SQLException {
    List<String> before = everything();
    String text = text(sql);
    assertThatThrownBy(() -> execute(pinned, text))
        .isInstanceOf(SQLException.class)
        .hasMessageMatching("(?s)SJ03(40|41|08|09|35|85).*");
    try (Connection connection = dataSource.getConnection()) {
      for (String hint : List.of("shard=s1", "key=" + here)) {
        String hinted = "/* shardjdbc: " + hint + " */ " + text;
        assertThatThrownBy(() -> execute(connection, hinted))
            .hasMessageMatching("(?s)SJ03(40|41|08|09|35|85).*");
      }
    }
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void definitionsThatWouldMisplaceRowsAreRefusedToo() throws SQLException {
    for (String sql :
        List.of(
            "ALTER TABLE posts ATTACH PARTITION spare FOR VALUES IN (1)",
            "ALTER TABLE spare INHERIT users",
            "ALTER TABLE spare RENAME TO users",
            "ALTER TABLE aside.users SET SCHEMA public",
            "CREATE TABLE IF NOT EXISTS users AS SELECT 1000 + n AS user_id FROM generate_series(1,"
                + " 9) n",
            "SELECT 1000 + n AS user_id INTO users FROM generate_series(1, 9) n",
            "CREATE TABLE IF NOT EXISTS countries AS SELECT 'fr' AS code",
            "SELECT 'fr' AS code INTO countries",
            "ALTER TABLE countries ALTER COLUMN name TYPE text USING 'x'",
            "ALTER TABLE countries DROP COLUMN name",
            "ALTER TABLE countries RENAME TO lands",
            "DROP TABLE countries",
            "CREATE TRIGGER t BEFORE INSERT ON countries FOR EACH ROW EXECUTE FUNCTION"
                + " note_country()",
            "DO $$ BEGIN ALTER TABLE spare INHERIT users; END $$",
            "SELECT blank_countries()",
            "SELECT by_blank_countries()",
            "SELECT inherit_spare()")) {
      whatWouldBeMisplacedIsRefused(sql);
    }
  }

  /** By EXECUTE, whose values nobody compares with the shard. */
  @Test
  void whatIsPreparedNamesItsKeys() throws SQLException {
    List<String> before = everything();
    for (String sql :
        List.of(
            "INSERT INTO users (user_id, name) VALUES ($1, 'x')",
            "UPDATE users SET age = 9 WHERE user_id = $1",
            "DELETE FROM posts WHERE user_id = $1")) {
      assertThatThrownBy(() -> execute(pinned, "PREPARE p (bigint) AS " + sql))
          .hasMessageStartingWith("SJ0340");
    }
    execute(pinned, text("PREPARE p (int) AS SELECT count(*) FROM users WHERE age > $1"));
    execute(pinned, "EXECUTE p (1)");
    execute(pinned, text("PREPARE q AS UPDATE users SET age = age WHERE user_id = :here"));
    execute(pinned, "EXECUTE q");
    assertThat(everything()).isEqualTo(before);
    try (Connection connection = dataSource.getConnection()) {
      for (Connection each : List.of(pinned, connection)) {
        assertThatThrownBy(() -> execute(each, "DELETE FROM posts WHERE user_id = $1"))
            .isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void aHintMayComeBesideTheText() throws SQLException {
    Hint s1 = Hint.on(new ShardId("s1"));
    ShardConnection sharded = pinned.unwrap(ShardConnection.class);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement count =
            connection
                .unwrap(ShardConnection.class)
                .prepareStatement("SELECT count(*) FROM users WHERE user_id < ?", s1);
        PreparedStatement same =
            sharded.prepareStatement("SELECT count(*) FROM users WHERE user_id < ?", s1)) {
      List<String> expected = plain.rows("s1", "SELECT count(*) FROM users");
      for (PreparedStatement statement : List.of(count, same)) {
        statement.setLong(1, Long.MAX_VALUE);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          assertThat(row.getString(1)).isEqualTo(expected.get(0));
        }
      }
      String onPrimary = "/* shardjdbc: primary */ SELECT count(*) FROM users";
      assertThat(Sample.rows(pinned, onPrimary)).isEqualTo(expected);
    }
    assertThatThrownBy(() -> sharded.prepareStatement("SELECT 1", Hint.on(new ShardId("s0"))))
        .hasMessageStartingWith("SJ0204");
    assertThatThrownBy(() -> execute(pinned, "/* shardjdbc: shard=s0 */ SELECT 1"))
        .hasMessageStartingWith("SJ0204");
  }

  private static String text(String sql) {
    return sql.replace(":here", String.valueOf(here)).replace(":there", String.valueOf(there));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void boundKeysOfOtherShardsAreRefusedToo() throws SQLException {
    List<String> before = everything();
    for (String sql :
        List.of(
            "INSERT INTO users (user_id, name) VALUES (?, 'x')",
            "UPDATE users SET age = 99 WHERE user_id = ?",
            "DELETE FROM posts WHERE user_id = ?")) {
      assertThatThrownBy(() -> run(pinned, sql)).hasMessageStartingWith("SJ0340");
    }
    assertThat(everything()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE users SET age = 99 WHERE user_id = :here",
        "UPDATE users SET age = 99, user_id = :here WHERE user_id = :here",
        "INSERT INTO posts (user_id, title) VALUES (:here, 'x'), (:here, 'y')",
        "INSERT INTO posts (user_id, title) SELECT user_id, name FROM users WHERE user_id = :here",
        "INSERT INTO posts (user_id, title) SELECT user_id, name FROM users",
        "UPDATE users SET age = 98 WHERE name = 'user:here'",
        "DELETE FROM posts",
        "SELECT age_users()",
        "SELECT age_user(:here)",
        "DO $$ BEGIN UPDATE users SET age = 75 WHERE user_id = :here; END $$",
        "DO $$ BEGIN FOR i IN 1 .. 3 LOOP INSERT INTO posts (user_id, title) VALUES (:here, 'x');"
            + " END LOOP; END $$",
        "DO $$ BEGIN EXECUTE 'UPDATE users SET age = 74'; END $$",
        "TRUNCATE posts",
        "CREATE INDEX IF NOT EXISTS by_title ON posts (title)",
        "CREATE INDEX IF NOT EXISTS by_name ON countries (name)",
        "ALTER TABLE posts ADD COLUMN IF NOT EXISTS note text",
        "DO $$ BEGIN CREATE TABLE own AS SELECT * FROM spare; ALTER TABLE own RENAME TO mine;"
            + " DROP TABLE mine; END $$",
      })
  void whatBelongsToTheShardIsWritten(String sql) throws SQLException {
    execute(pinned, text(sql));
    try (Connection connection = dataSource.getConnection()) {
      execute(connection, "/* shardjdbc: shard=s1 */ " + text(sql));
      if (!sql.startsWith("TRUNCATE")) {
        execute(connection, "/* shardjdbc: key=" + here + " */ " + text(sql));
      }
    }
    for (String shard : plain.shards()) {
      for (String id :
          plain.rows(shard, "SELECT user_id FROM users UNION SELECT user_id FROM posts")) {
        assertThat(owner(Long.parseLong(id))).isEqualTo(shard);
      }
    }
  }

  private static String owner(long id) {
    return dataSource
        .router()
        .shards("SELECT * FROM users WHERE user_id = ?", List.of(id))
        .get(0)
        .name();
  }

  @Test
  void aFunctionReadsThePartOfThePinnedShard() throws SQLException {
    assertThat(Sample.rows(pinned, "SELECT count_users()"))
        .isEqualTo(plain.rows("s1", "SELECT count(*) FROM users"));
  }

  @Test
  void aFunctionAddsARowOfThePinnedShard() throws SQLException {
    execute(pinned, text("DELETE FROM users WHERE user_id = :here"));
    assertThat(Sample.rows(pinned, "SELECT add_user(?)", here))
        .containsExactly(String.valueOf(here));
    assertThatThrownBy(() -> Sample.rows(pinned, "SELECT add_user(?)", there))
        .hasMessageStartingWith("SJ0340");
  }

  @Test
  void aTriggerOfAPinnedWriteIsLookedInto() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE TRIGGER note_country AFTER INSERT ON posts"
            + " FOR EACH ROW EXECUTE FUNCTION note_country()");
    try {
      List<String> before = everything();
      String insert = text("INSERT INTO posts (user_id, title) VALUES (:here, 'x')");
      assertThatThrownBy(() -> execute(pinned, insert)).hasMessageStartingWith("SJ0345");
      assertThat(everything()).isEqualTo(before);
    } finally {
      Sample.execute(dataSource, "DROP TRIGGER note_country ON posts");
    }
  }

  @Test
  void whoRepairsAShardSaysSo() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      execute(connection, "/* shardjdbc: shard=s1 repair */ UPDATE countries SET name = 'x'");
      execute(connection, "/* shardjdbc: shard=s1 repair */ SELECT put_country('es')");
      execute(connection, "/* shardjdbc: shard=s1 */ CREATE TEMPORARY TABLE notes (id int)");
    }
    assertThat(everything()).contains("s1.countries: de,x", "s0.countries: de,Germany");
  }

  @Test
  void theSessionsOwnTablesAreWritten() throws SQLException {
    execute(pinned, "CREATE TEMPORARY TABLE mine (id bigint)");
    execute(pinned, "INSERT INTO mine VALUES (1), (2)");
    execute(pinned, "UPDATE users SET age = 97 FROM mine WHERE user_id = mine.id");
    assertThat(Sample.rows(pinned, "SELECT count(*) FROM mine")).containsExactly("2");
    execute(pinned, "DROP TABLE mine");
  }
}
