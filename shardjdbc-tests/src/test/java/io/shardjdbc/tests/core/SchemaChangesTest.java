package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of the schema, and writes whose commits fail, over all shards. */
class SchemaChangesTest {

  private static final List<String> SHARDS = List.of("s0", "s1", "s2");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static List<String> on(String shard, String sql) throws SQLException {
    return plain.rows(shard, sql);
  }

  private static void execute(String shard, String sql) throws SQLException {
    plain.on(shard, sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CREATE SCHEMA app                                         | SELECT to_regnamespace('app') IS NOT NULL
          CREATE TYPE colour AS ENUM ('red', 'blue')                | SELECT to_regtype('colour') IS NOT NULL
          CREATE DOMAIN percent AS int CHECK (VALUE < 101)          | SELECT to_regtype('percent') IS NOT NULL
          CREATE EXTENSION pg_trgm                                  | SELECT count(*) = 1 FROM pg_extension WHERE extname = 'pg_trgm'
          CREATE SEQUENCE numbers                                   | SELECT to_regclass('numbers') IS NOT NULL
          CREATE FUNCTION twice(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2 * $1' | SELECT twice(4) = 8
          CREATE VIEW adults AS SELECT * FROM users WHERE age > 17  | SELECT to_regclass('adults') IS NOT NULL
          CREATE INDEX users_age ON users (age)                     | SELECT to_regclass('users_age') IS NOT NULL
          CREATE INDEX CONCURRENTLY users_name ON users (name)      | SELECT to_regclass('users_name') IS NOT NULL
          COMMENT ON TABLE users IS 'people'                        | SELECT obj_description('users'::regclass) = 'people'
          GRANT SELECT ON users TO PUBLIC                           | SELECT count(*) > 0 FROM information_schema.table_privileges WHERE grantee = 'PUBLIC' AND table_name = 'users'
          ALTER TABLE users ADD COLUMN nick text                    | SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'nick'
          CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$ | SELECT to_regprocedure('keep()') IS NOT NULL
          CREATE TRIGGER kept BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION keep() | SELECT count(*) = 1 FROM pg_trigger WHERE tgname = 'kept'
          ANALYZE users                                             | SELECT reltuples >= 0 FROM pg_class WHERE oid = 'users'::regclass
          VACUUM users                                              | SELECT true
          REINDEX TABLE users                                       | SELECT true
          TRUNCATE posts                                            | SELECT count(*) = 0 FROM posts
          DROP VIEW adults                                          | SELECT to_regclass('adults') IS NULL
          DROP INDEX CONCURRENTLY users_name                        | SELECT to_regclass('users_name') IS NULL
          """)
  void isDoneOnEveryShard(String change, String check) throws SQLException {
    Sample.execute(dataSource, change);
    for (String shard : SHARDS) {
      assertThat(on(shard, check)).as(shard).containsExactly("t");
    }
  }

  @Test
  void aDefaultMayBeALongText() throws SQLException {
    String text = "It''s long. ".repeat(5_000);
    Sample.execute(dataSource, "ALTER TABLE posts ADD COLUMN blurb text DEFAULT '" + text + "'");
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM posts WHERE blurb = ''"))
        .containsExactly("0");
  }

  @Test
  void inOneTransactionItIsUndoneEverywhereWhereOneShardRefuses() throws SQLException {
    execute("s1", "CREATE TABLE settings_in_the_way ()");
    execute("s1", "CREATE TYPE weekday AS ENUM ('here already')");
    assertThatThrownBy(() -> Sample.execute(dataSource, "CREATE TYPE weekday AS ENUM ('mon')"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("s1");
    for (String shard : List.of("s0", "s2")) {
      assertThat(on(shard, "SELECT to_regtype('weekday') IS NULL")).containsExactly("t");
    }
  }

  @Test
  void outsideOfATransactionTheErrorSaysWhereItIsDone() throws SQLException {
    execute("s1", "CREATE INDEX posts_title ON posts (score)");
    assertThatThrownBy(
            () ->
                Sample.execute(
                    dataSource, "CREATE INDEX CONCURRENTLY posts_title ON posts (title)"))
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat((Throwable) e)
                  .hasMessageStartingWith("SJ0621")
                  .hasMessageContaining("failed on s1");
              assertThat((Throwable) e).hasMessageContaining("done on s0, s2");
              assertThat((Throwable) e.getNextException()).hasMessageContaining("posts_title");
            });
    assertThat(on("s2", "SELECT to_regclass('posts_title') IS NOT NULL")).containsExactly("t");
  }

  @Test
  void aMigrationIsOneTransactionThatOthersSeeWhenItCommits() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      Sample.update(connection, "ALTER TABLE settings ADD COLUMN note text");
      Sample.update(connection, "ALTER TABLE users ADD COLUMN points int");
      Sample.update(connection, "UPDATE users SET points = age * 2");
      Sample.update(connection, "INSERT INTO settings VALUES ('migrated', 'yes', 'note')");
      connection.commit();
    }
    assertThat(
            Sample.rows(
                dataSource, "SELECT count(*) FROM users WHERE points IS DISTINCT FROM age * 2"))
        .containsExactly("0");
  }

  @Test
  void rowsOfManyShardsComeTogetherByASchemaThatNobodyElseSees() throws SQLException {
    List<String> expected =
        Sample.rows(dataSource, "SELECT count(*), max(age * 2) FROM users WHERE age IS NOT NULL");
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      Sample.update(connection, "CREATE TYPE grade AS ENUM ('low', 'high')");
      Sample.update(connection, "ALTER TABLE users ADD COLUMN grade grade");
      Sample.update(
          connection,
          "UPDATE users SET grade = CASE WHEN age > 0 THEN 'high' ELSE 'low' END::grade");
      Sample.update(
          connection,
          "CREATE VIEW grades (grade, twice, share)"
              + " AS SELECT grade, max(age) * 2, count(age) FROM users GROUP BY grade");
      assertThat(Sample.rows(connection, "SELECT sum(share), max(twice) FROM grades"))
          .isEqualTo(expected);
      assertThat(
              Sample.rows(
                  connection,
                  "SELECT (SELECT max(grade) FROM grades)"
                      + " = (SELECT grade FROM users WHERE age > 0 ORDER BY age LIMIT 1),"
                      + " (SELECT count(*) FROM (SELECT rank() OVER (ORDER BY grade) FROM users) r)"
                      + " = (SELECT count(*) FROM users)"))
          .containsExactly("t,t");
      connection.rollback();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RAISE EXCEPTION 'no', SJ0603",
    "PERFORM pg_terminate_backend(pg_backend_pid()), SJ06"
  })
  void aCommitThatFailsNamesTheShardsThatHaveCommitted(String fault, String code)
      throws SQLException {
    execute(
        "s2",
        "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.name = 'later' THEN "
            + fault
            + "; END IF; SET CONSTRAINTS late DEFERRED;" // so that what comes now waits for COMMIT
            + " UPDATE users SET name = 'later' WHERE user_id = NEW.user_id; RETURN NULL; END $$");
    execute(
        "s2",
        "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION fail()");
    try {
      assertThatThrownBy(() -> Sample.execute(dataSource, "UPDATE users SET name = 'late'"))
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith(code)
          .hasMessageContaining("s2")
          .hasMessageContaining("s0, s1");
      assertThat(on("s0", "SELECT bool_and(name = 'late') FROM users")).containsExactly("t");
      assertThat(on("s2", "SELECT bool_or(name LIKE 'late%') FROM users")).containsExactly("f");
    } finally {
      execute("s2", "DROP TRIGGER late ON users");
      Sample.execute(dataSource, "UPDATE users SET name = 'user'");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUNCATE users",
        "/* a comment */ ALTER TABLE users ADD COLUMN IF NOT EXISTS later int",
        "DROP TABLE IF EXISTS users",
        "CREATE INDEX CONCURRENTLY later ON users (name)"
      })
  void whatWouldWaitForRowsOfItsOwnConnectionIsRefused(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement reading = connection.createStatement();
        Statement changing = connection.createStatement()) {
      reading.setFetchSize(1);
      ResultSet rows = reading.executeQuery("SELECT user_id FROM users ORDER BY user_id");
      rows.next();
      assertThatThrownBy(() -> changing.execute(sql)).hasMessageStartingWith("SJ0373");
      assertThat(rows.next()).isTrue();
      rows.close();
      changing.execute("ALTER TABLE users ADD COLUMN IF NOT EXISTS afterwards int");
      changing.execute("ALTER TABLE users DROP COLUMN afterwards");
    }
  }

  @Test
  void whatIsDeferredIsCheckedOnAllShardsBeforeTheFirstCommits() throws SQLException {
    Sample.execute(
        dataSource,
        "ALTER TABLE users ADD COLUMN rank int, ADD CONSTRAINT ranks UNIQUE (user_id, rank)"
            + " DEFERRABLE INITIALLY DEFERRED");
    execute(
        "s2",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE 'no' USING ERRCODE = 'P0099'; END $$");
    execute(
        "s2",
        "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION refuse()");
    try {
      assertThatThrownBy(() -> Sample.execute(dataSource, "UPDATE users SET name = 'checked'"))
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("P0099");
      for (String shard : SHARDS) {
        assertThat(on(shard, "SELECT bool_or(name = 'checked') FROM users")).containsExactly("f");
      }
    } finally {
      execute("s2", "DROP FUNCTION refuse() CASCADE");
      Sample.execute(dataSource, "ALTER TABLE users DROP COLUMN rank");
    }
  }

  @Test
  void whatATransactionHasDroppedItMakesAnew() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    try (ShardDataSource source = builder.tables(t -> t.defaultShard("s0")).build();
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE remade (id int)");
      connection.setAutoCommit(false);
      statement.execute("DROP TABLE remade");
      statement.execute("CREATE TABLE remade (name text)");
      statement.execute("INSERT INTO remade VALUES ('anew')");
      assertThat(Sample.rows(connection, "SELECT * FROM remade")).containsExactly("anew");
      statement.execute("DROP TABLE remade");
      connection.commit();
    }
  }
}
