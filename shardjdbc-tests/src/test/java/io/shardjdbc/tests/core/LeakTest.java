package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever callers do, close or forget to close, every physical connection comes back. */
@LongRun
class LeakTest {

  private static final int THREADS = 16;
  private static final int OPERATIONS = Integer.getInteger("shardjdbc.leak.operations", 2_000);
  private static final long SEED = 20261122;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  /** One thing that a caller does with a connection of its own; it may fail. */
  private interface Operation {
    void run(Connection connection, Random random) throws SQLException;
  }

  private static final List<Operation> OPERATIONS_OF_CALLERS =
      List.of(
          (c, r) -> Sample.rows(c, "SELECT name FROM users WHERE user_id = ?", user(r)),
          (c, r) -> Sample.rows(c, "SELECT user_id FROM users ORDER BY user_id LIMIT 5"),
          (c, r) -> Sample.rows(c, "SELECT count(*), sum(age) FROM users"),
          (c, r) -> Sample.rows(c, "SELECT name FROM users WHERE age / (age - age) = 1"),
          (c, r) -> Sample.rows(c, "SELECT name FROM users WHERE user_id = ?", "no number"),
          (c, r) -> Sample.rows(c, "SELECT * FROM undeclared"),
          (c, r) -> Sample.update(c, "UPDATE users SET age = age WHERE user_id = ?", user(r)),
          (c, r) ->
              Sample.update(
                  c, "UPDATE users SET age = age WHERE user_id IN (?, ?)", user(r), user(r)),
          (c, r) -> Sample.update(c, "INSERT INTO users (user_id, name) VALUES (1, 'twice')"),
          LeakTest::leavesResultsOpen,
          LeakTest::leavesATransactionOpen,
          LeakTest::failsInATransaction,
          LeakTest::writesToTwoShards,
          LeakTest::failsInABatch,
          LeakTest::setsItsSession,
          LeakTest::fetchesInPartsAndStops);

  private static long user(Random random) {
    return 1L + random.nextInt(Sample.USERS);
  }

  private static void leavesResultsOpen(Connection c, Random random) throws SQLException {
    Statement statement = c.createStatement();
    ResultSet rows = statement.executeQuery("SELECT user_id FROM users");
    rows.next();
    c.prepareStatement("SELECT name FROM users WHERE user_id = 1").executeQuery();
    if (random.nextBoolean()) {
      statement.close();
    }
  }

  private static void leavesATransactionOpen(Connection c, Random random) throws SQLException {
    c.setAutoCommit(false);
    Sample.update(c, "UPDATE users SET age = age WHERE user_id = ?", user(random));
    Savepoint savepoint = c.setSavepoint();
    Sample.rows(c, "SELECT count(*) FROM users");
    if (random.nextBoolean()) {
      c.rollback(savepoint);
    }
  }

  private static void failsInATransaction(Connection c, Random random) throws SQLException {
    c.setAutoCommit(false);
    Sample.rows(c, "SELECT count(*) FROM users");
    Sample.update(c, "UPDATE users SET age = 1 / (age - age) WHERE user_id = ?", user(random));
  }

  private static void writesToTwoShards(Connection c, Random random) throws SQLException {
    c.setAutoCommit(false);
    for (long user = 1; user <= 10; user++) {
      Sample.update(c, "UPDATE users SET age = age WHERE user_id = ?", user);
    }
    c.commit();
  }

  private static void failsInABatch(Connection c, Random random) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("INSERT INTO users (user_id, name) VALUES (?, 'twice')")) {
      for (long user = 1; user <= 10; user++) {
        statement.setLong(1, user);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void setsItsSession(Connection c, Random random) throws SQLException {
    c.setSchema(random.nextBoolean() ? "public" : "nowhere");
    Sample.rows(c, "SELECT name FROM users WHERE user_id = ?", user(random));
  }

  private static void fetchesInPartsAndStops(Connection c, Random random) throws SQLException {
    PreparedStatement statement = c.prepareStatement("SELECT user_id FROM users ORDER BY user_id");
    statement.setFetchSize(2);
    ResultSet rows = statement.executeQuery();
    for (int i = random.nextInt(10); i > 0; i--) {
      rows.next();
    }
  }

  @Test
  void everyConnectionComesBackAfterManyOperations() throws Exception {
    // Transactions take connections as they go: with fewer than threads they would wait in circles
    // until the connection time-out.
    try (ShardDataSource dataSource = Sample.builder(cluster).pool(Sample.pool(THREADS)).build()) {
      Sample.createTables(dataSource);
      Sample.insertUsers(dataSource);
      AtomicInteger failed = new AtomicInteger();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try {
        List<Callable<Void>> workers = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
          Random random = new Random(SEED + worker);
          workers.add(() -> work(dataSource, random, failed));
        }
        for (Future<Void> worker : threads.invokeAll(workers)) {
          worker.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(failed.get()).as("operations that failed, seed %d", SEED).isPositive();
      assertThat(dataSource.usage())
          .extracting(NodeUsage::lent)
          .as("connections still lent, seed %d", SEED)
          .containsOnly(0);
      assertThat(Sample.rows(dataSource, "SELECT count(*) FROM users")).containsExactly("60");
    }
  }

  private static Void work(ShardDataSource dataSource, Random random, AtomicInteger failed)
      throws SQLException {
    for (int i = 0; i < OPERATIONS / THREADS; i++) {
      Operation operation = OPERATIONS_OF_CALLERS.get(random.nextInt(OPERATIONS_OF_CALLERS.size()));
      try (Connection connection = dataSource.getConnection()) {
        operation.run(connection, random);
      } catch (SQLException e) {
        failed.incrementAndGet();
      }
    }
    return null;
  }
}
