package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Statements that are sent together are transactions as on one PostgreSQL, wherever among them a
 * transaction begins or ends: drawn texts and batches leave the same answers and the same rows.
 *
 * <p>{@code -Dshardjdbc.together=20000} draws more, {@code -Dshardjdbc.together.seed=7} others.
 */
class SentTogetherTest {

  private static final List<String> KINDS =
      List.of(
          "INSERT INTO settings VALUES ('%d', 'x')",
          "INSERT INTO settings VALUES ('%d', 'x')",
          "INSERT INTO users VALUES (%d, 'x')",
          "UPDATE settings SET value = '%d'",
          "BEGIN",
          "COMMIT",
          "ROLLBACK",
          "COMMIT AND CHAIN",
          "ROLLBACK AND CHAIN",
          "SAVEPOINT a",
          "ROLLBACK TO SAVEPOINT a",
          "RELEASE SAVEPOINT a",
          "INSERT INTO settings VALUES (NULL, '%d')");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;
  private static String plainUrl;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).transactions(TransactionMode.TWO_PHASE).build();
    Sample.createTables(dataSource);
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE SCHEMA plain;
          CREATE TABLE plain.settings (LIKE settings INCLUDING ALL);
          CREATE TABLE plain.users (LIKE users INCLUDING ALL);
          CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE NOTICE 'inserted'; RETURN new; END $$;
          CREATE TRIGGER tell BEFORE INSERT ON settings FOR EACH ROW EXECUTE FUNCTION tell();
          CREATE TRIGGER tell BEFORE INSERT ON plain.settings FOR EACH ROW EXECUTE FUNCTION tell()
          """);
    }
    String url = cluster.shard("s0").primary().jdbcUrl(cluster.database());
    plainUrl = url + (url.contains("?") ? "&" : "?") + "currentSchema=plain";
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @Test
  void whatFollowsTheEndOfATransactionEndsWithTheText() throws SQLException {
    List<String> text =
        List.of("ROLLBACK", "INSERT INTO settings VALUES ('1', 'x')", "SELECT 'behind it'");
    assertThat(over(text, false, false)).isEqualTo(plainly(text, false, false)).contains("[1,x]");
  }

  @LongRun
  @Test
  void drawnTextsAndBatchesAreAsOnOne() throws SQLException {
    Random random = new Random(Long.getLong("shardjdbc.together.seed", 1));
    int texts = Integer.getInteger("shardjdbc.together", 80);
    try (Connection plain = DriverManager.getConnection(plainUrl);
        Connection sharded = dataSource.getConnection();
        Connection plainWatcher = DriverManager.getConnection(plainUrl);
        Connection shardedWatcher = dataSource.getConnection()) {
      for (int i = 0; i < texts; i++) {
        List<String> text = drawn(random);
        boolean autoCommit = random.nextBoolean();
        boolean batch = random.nextBoolean();
        assertThat(seen(sharded, shardedWatcher, text, autoCommit, batch))
            .as("%s, auto-commit %s, batch %s", text, autoCommit, batch)
            .isEqualTo(seen(plain, plainWatcher, text, autoCommit, batch));
      }
    }
  }

  private static List<String> drawn(Random random) {
    List<String> text = new ArrayList<>();
    int length = 2 + random.nextInt(5);
    for (int i = 0; i < length; i++) {
      text.add(KINDS.get(random.nextInt(KINDS.size())).formatted(i));
    }
    return text;
  }

  private static List<String> over(List<String> text, boolean autoCommit, boolean batch)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Connection watcher = dataSource.getConnection()) {
      return seen(connection, watcher, text, autoCommit, batch);
    }
  }

  private static List<String> plainly(List<String> text, boolean autoCommit, boolean batch)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(plainUrl);
        Connection watcher = DriverManager.getConnection(plainUrl)) {
      return seen(connection, watcher, text, autoCommit, batch);
    }
  }

  /** What is answered, what others see behind it, and what they see once all has ended. */
  private static List<String> seen(
      Connection connection,
      Connection watcher,
      List<String> text,
      boolean autoCommit,
      boolean batch)
      throws SQLException {
    connection.setAutoCommit(autoCommit);
    List<String> seen = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try {
        if (batch) {
          sendBatch(statement, text, seen);
        } else {
          send(statement, text, seen);
        }
        warnings(statement.getWarnings(), seen);
      } catch (SQLException e) {
        seen.add(String.valueOf(e.getSQLState()));
        if (e instanceof BatchUpdateException failed) {
          seen.add(Arrays.toString(failed.getUpdateCounts()));
        }
      }
      rows(watcher, seen);
      if (autoCommit) {
        statement.execute("COMMIT");
        warnings(statement.getWarnings(), seen);
      } else {
        commit(connection, seen);
      }
      rows(watcher, seen);
      connection.setAutoCommit(true);
      statement.execute("DELETE FROM settings");
      statement.execute("DELETE FROM users");
    }
    return seen;
  }

  /** A transaction that a text has aborted is told apart from one that it has ended. */
  private static void commit(Connection connection, List<String> seen) throws SQLException {
    try {
      connection.commit();
      seen.add("committed");
    } catch (SQLException e) {
      seen.add("not committed");
      connection.rollback();
    }
  }

  private static void send(Statement statement, List<String> text, List<String> seen)
      throws SQLException {
    boolean rows = statement.execute(String.join("; ", text));
    while (rows || statement.getUpdateCount() >= 0) {
      seen.add(
          rows
              ? Sample.rows(statement.getResultSet()).toString()
              : "" + statement.getUpdateCount());
      rows = statement.getMoreResults();
    }
  }

  private static void sendBatch(Statement statement, List<String> text, List<String> seen)
      throws SQLException {
    for (String part : text) {
      statement.addBatch(part);
    }
    seen.add(Arrays.toString(statement.executeBatch()));
  }

  private static void warnings(@Nullable SQLWarning first, List<String> seen) {
    for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
      seen.add("warning " + warning.getSQLState());
    }
  }

  private static void rows(Connection watcher, List<String> seen) throws SQLException {
    seen.add(Sample.rows(watcher, "SELECT * FROM settings ORDER BY 1").toString());
    seen.add(Sample.rows(watcher, "SELECT user_id FROM users ORDER BY 1").toString());
  }
}
