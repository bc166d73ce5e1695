package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** An error says what helps: whether to try again, where it is, and what to do instead. */
class ErrorsThatTellTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

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

  @Test
  void aWrongDatabaseIsNoReasonToTryAgain() throws SQLException {
    String url =
        String.valueOf(cluster.primaryUrls().get("s0"))
            .replaceAll("/[^/?]+(\\?|$)", "/nowhere_at_all$1");
    try (ShardDataSource wrong =
        ShardDataSource.builder()
            .shard("s0", url)
            .pool(Sample.pool(1))
            .tables(t -> t.sharded("users", "user_id"))
            .build()) {
      assertThatThrownBy(() -> Sample.rows(wrong, "SELECT name FROM users WHERE user_id = ?", 1L))
          .hasMessageContaining("nowhere_at_all")
          .satisfies(
              e -> {
                assertThat(e).isInstanceOf(SQLNonTransientConnectionException.class);
                assertThat((Throwable) e).hasMessageContaining("SJ0551");
                assertThat(((SQLException) e).getSQLState()).isIn("28000", "3D000");
              });
    }
  }

  @Test
  void aPositionIsOneOfTheCallersText() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          new String[] {
            "select nocolumn from users", "select name from users where nocolumn = 1 order by name"
          }) {
        assertThatThrownBy(() -> statement.executeQuery(sql))
            .as(sql)
            .isInstanceOfSatisfying(
                PSQLException.class,
                e ->
                    assertThat(e.getServerErrorMessage().getPosition())
                        .isEqualTo(sql.indexOf("nocolumn") + 1));
      }
    }
  }

  @Test
  void aLimitBelowZeroIsTheSameFaultAsOnOneServer() {
    Object[][] faults = {
      {"SELECT name FROM users ORDER BY user_id LIMIT ?", "2201W", -1},
      {"SELECT name FROM users ORDER BY user_id LIMIT 3 OFFSET ?", "2201X", -2L},
      {"SELECT name FROM users LIMIT -1", "2201W"},
      {"SELECT name FROM users OFFSET -1", "2201X"},
    };
    for (Object[] fault : faults) {
      Object[] values = Arrays.copyOfRange(fault, 2, fault.length);
      assertThatThrownBy(() -> Sample.rows(dataSource, (String) fault[0], values))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(fault[1]));
    }
  }

  /** Where a server has no EXPLAIN of a text, it is not asked what else might be wrong with it. */
  @Test
  void whatCannotBeExplainedKeepsItsError() throws SQLException {
    Sample.execute(dataSource, "ALTER TABLE posts ADD FOREIGN KEY (user_id) REFERENCES users");
    Sample.execute(
        dataSource,
        "CREATE PROCEDURE fails() LANGUAGE plpgsql AS 'BEGIN RAISE division_by_zero; END'");
    String[][] faults = {
      {"TRUNCATE users", "0A000"},
      {"/* shardjdbc: shards=all */ DO 'BEGIN RAISE division_by_zero; END'", "22012"},
      {"/* shardjdbc: shards=all */ CALL fails()", "22012"}
    };
    for (String[] fault : faults) {
      assertThatThrownBy(() -> Sample.execute(dataSource, fault[0]))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(fault[1]));
    }
  }

  @Test
  void aTableThatIsBeingChangedIsNoShardThatIsAway() throws SQLException {
    String write = "UPDATE watched SET body = 'b' WHERE id = 1";
    String[] made = {
      "CREATE TABLE watched (id bigint PRIMARY KEY, body text)",
      "CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
      "CREATE TRIGGER watch BEFORE UPDATE ON watched FOR EACH ROW WHEN (new.body <> '')"
          + " EXECUTE FUNCTION same()"
    };
    for (String sql : made) {
      for (String shard : cluster.primaryUrls().keySet()) {
        try (Connection server = cluster.connect(shard)) {
          server.createStatement().execute(sql);
        }
      }
    }
    try (ShardDataSource fresh = ofWatched();
        ShardDataSource other = ofWatched();
        Connection changing = other.getConnection()) {
      changing.setAutoCommit(false);
      changing.createStatement().execute("ALTER TABLE watched ADD COLUMN more int");
      assertThatThrownBy(() -> Sample.execute(fresh, write))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"))
          .hasMessageContaining("SJ0552");
      changing.rollback();
      Sample.execute(fresh, write);
    }
  }

  private static ShardDataSource ofWatched() throws SQLException {
    return Sample.builder(cluster)
        .transactions(TransactionMode.TWO_PHASE)
        .tables(t -> t.sharded("watched", "id"))
        .build();
  }

  @Test
  void aNoticeOfWhatAllShardsDoComesOnce() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE users DROP CONSTRAINT IF EXISTS not_there");
      SQLWarning warning = statement.getWarnings();
      assertThat((Throwable) warning).hasMessageContaining("not_there");
      assertThat((Throwable) warning.getNextWarning()).isNull();
    }
  }

  @Test
  void whatIsNotThereNamesWhatIs() throws SQLException {
    assertThatThrownBy(() -> dataSource.getConnection("a", "b"))
        .hasMessageContaining("in the configuration");
    assertThatThrownBy(() -> dataSource.setLoginTimeout(1)).hasMessageContaining("pool");
    try (Connection connection = dataSource.getConnection()) {
      assertThatThrownBy(() -> connection.unwrap(PGConnection.class))
          .hasMessageContaining("shardingKey")
          .hasMessageContaining("copy()");
      assertThatThrownBy(connection::createBlob).hasMessageContaining("setBytes");
      assertThatThrownBy(() -> Sample.update(connection, "UPDATE users SET user_id = user_id + 1"))
          .hasMessageContaining("updatable");
      assertThatThrownBy(() -> Sample.update(connection, "INSERT INTO users (name) VALUES ('x')"))
          .hasMessageContaining("IDENTITY");
    }
  }

  @Test
  void whatConcernsTheWholeServerRunsOnOneShardAfterAnother() throws SQLException {
    for (String sql :
        new String[] {
          "ANALYZE",
          "ALTER ROLE postgres SET work_mem = '4MB'",
          "ALTER ROLE postgres RESET work_mem"
        }) {
      Sample.execute(dataSource, sql);
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }
}
