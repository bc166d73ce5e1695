package io.shardjdbc.tests.replication;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Writers and readers at work, all of whose operations go into a {@link History}.
 *
 * <p>Two DataSources stand for two processes: the writers write through the first, which thus knows
 * of the writes; the second learns of them only from the servers.
 */
final class ChaosRun implements AutoCloseable {
  static final int KEYS = 32;
  private static final int WRITERS = 2;
  private static final int READERS = 4;

  /** For what is under way when all is well again; every operation of theirs has a time-out. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Nodes[] shardOfKey = new Nodes[KEYS];
  final ShardDataSource writing;
  final ShardDataSource other;
  final History history = new History(KEYS);
  final AtomicReferenceArray<Marked> tokens = new AtomicReferenceArray<>(KEYS);
  final AtomicLong failedReads = new AtomicLong();
  final AtomicLong failedWrites = new AtomicLong();
  final AtomicLong replicaReads = new AtomicLong();
  final AtomicLong statements = new AtomicLong();
  final Duration maxLag;
  final boolean guarded;
  final long pauseNanos = 1_000L * Integer.getInteger("shardjdbc.chaos.pause", 1_500);

  private final long seed;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Throwable> crashes = new ArrayList<>();
  volatile boolean stopped;
  volatile boolean closed;

  /** A value, and a token that was made after it had been written. */
  record Marked(long value, CausalToken token) {}

  /**
   * @param guarded whether readers ask for what they check; without it they take any replica
   */
  ChaosRun(List<Nodes> shards, ReadSettings settings, boolean guarded, long seed)
      throws SQLException {
    this.writing = Nodes.dataSource(shards, settings);
    this.other = Nodes.dataSource(shards, settings);
    for (int key = 0; key < KEYS; key++) {
      ShardId owner = writing.router().shards(ChaosReader.ONE, List.of(key)).get(0);
      shardOfKey[key] =
          shards.stream()
              .filter(each -> each.shard().name().equals(owner.name()))
              .findFirst()
              .orElseThrow();
    }
    for (Nodes each : shards) {
      dropWhatIsElsewhere(each);
    }
    this.maxLag = settings.maxLag();
    this.guarded = guarded;
    this.seed = seed;
  }

  /** The table, and functions that tell which server answers and would go to the primary else. */
  static void declare(RoutingConfiguration.Builder tables) {
    tables.sharded("kv", "k");
    for (String function : List.of("server_of", "slow_on_first", "slow_on_both")) {
      tables.function(function, FunctionPromise.PURE);
    }
  }

  static void createTable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS kv CASCADE");
      statement.execute(
          "CREATE TABLE kv (k int PRIMARY KEY, v bigint NOT NULL, before bigint NOT NULL DEFAULT"
              + " 0)");
      // Tells which server answers. What asks for the server goes to the primary, unless it claims
      // to be immutable; with a column for its argument it is computed where the row is read.
      statement.execute("DROP FUNCTION IF EXISTS server_of(int) CASCADE");
      statement.execute(
          "CREATE FUNCTION server_of(int) RETURNS int LANGUAGE sql IMMUTABLE"
              + " AS 'SELECT inet_server_port()'");
      statement.execute("CREATE OPERATOR ##@ (FUNCTION = server_of, RIGHTARG = int)");
      statement.execute(
          "INSERT INTO kv (k, v) SELECT i, 0 FROM generate_series(0, " + (KEYS - 1) + ") i");
    }
  }

  /** Each shard has its own keys only, as it would if they had been written through it. */
  private void dropWhatIsElsewhere(Nodes shard) throws SQLException {
    try (Connection connection = shard.shard().primary().connect();
        PreparedStatement delete = connection.prepareStatement("DELETE FROM kv WHERE k = ?")) {
      for (int key = 0; key < KEYS; key++) {
        if (shardOfKey[key] != shard) {
          delete.setInt(1, key);
          delete.addBatch();
        }
      }
      delete.executeBatch();
    }
  }

  void start() {
    for (int i = 0; i < WRITERS; i++) {
      run("writer-" + i, new ChaosWriter(this, i, WRITERS, seed + i));
    }
    for (int i = 0; i < READERS; i++) {
      run("reader-" + i, new ChaosReader(this, seed + 100 + i));
    }
  }

  private void run(String name, Runnable task) {
    Thread thread = new Thread(task, "chaos-" + name);
    thread.setUncaughtExceptionHandler(
        (t, e) -> {
          synchronized (crashes) {
            crashes.add(e);
          }
        });
    threads.add(thread);
    thread.start();
  }

  /** The shard that owns a key. */
  Nodes shardOf(int key) {
    return shardOfKey[key];
  }

  /** Ends all work; exceptions that no reader or writer expects fail the test here. */
  void stop() throws InterruptedException {
    stopped = true;
    // Longer than a writer has for its last keys.
    Deadline deadline = Deadline.in(PATIENCE.multipliedBy(5));
    for (Thread thread : threads) {
      thread.join(Math.max(1, deadline.remaining().toMillis()));
      if (thread.isAlive()) {
        AssertionError error = new AssertionError(thread.getName() + " does not end, " + summary());
        error.setStackTrace(thread.getStackTrace());
        throw error;
      }
    }
    threads.clear();
    requireSound();
  }

  /** Fails by exceptions that no reader or writer expects. */
  void requireSound() {
    synchronized (crashes) {
      if (!crashes.isEmpty()) {
        throw new AssertionError(crashes.size() + " workers crashed", crashes.get(0));
      }
    }
  }

  String summary() {
    return "%d reads checked in %d statements (%d on replicas, %d failed), %d writes acknowledged (%d failed, %d lost)"
        .formatted(
            history.readCount(),
            statements.get(),
            replicaReads.get(),
            failedReads.get(),
            history.acknowledgedCount(),
            failedWrites.get(),
            history.lostCount());
  }

  @Override
  public void close() {
    stopped = true;
    closed = true;
    writing.close();
    other.close();
  }
}
