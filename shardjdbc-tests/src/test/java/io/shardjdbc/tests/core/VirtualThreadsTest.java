package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many threads over few connections: virtual ones where the JDK has them, else ordinary ones.
 *
 * <p>From JDK 24 on, nothing of the library holds a carrier while it waits. In JDK 21 to 23
 * monitors do, so there nothing is said of carriers.
 */
@LongRun
class VirtualThreadsTest {

  private static final int THREADS = 200;
  private static final int FIRST_WITH_THREADS = 21;
  private static final int FIRST_WITHOUT_PINNING_MONITORS = 24;
  private static final Semaphore WRITERS = new Semaphore(3);
  private static final int JDK = Runtime.version().feature();

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ExecutorService threads() throws ReflectiveOperationException {
    return JDK < FIRST_WITH_THREADS
        ? Executors.newFixedThreadPool(THREADS)
        : (ExecutorService)
            Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  @Test
  void manyShareFewConnectionsAndHoldNoCarrier(@TempDir Path directory) throws Exception {
    try (ShardDataSource shards =
            Sample.builder(CLUSTER).transactions(TransactionMode.TWO_PHASE).build();
        Recording recording = new Recording()) {
      Sample.createTables(shards);
      Sample.execute(shards, "INSERT INTO users SELECT n, 'user' FROM generate_series(1, 200) n");
      shards.transactions().install();
      ExecutorService threads = threads();
      // To load a class, and what the JDK sets up with its first virtual threads, pins a thread
      // once.
      assertThat(threads.submit(() -> work(shards, 1)).get(120, TimeUnit.SECONDS)).isEqualTo(200);
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
      recording.start();
      List<Future<Long>> answers = new ArrayList<>();
      for (int i = 1; i <= THREADS; i++) {
        long id = i;
        answers.add(threads.submit(() -> work(shards, id)));
      }
      for (Future<Long> answer : answers) {
        assertThat(answer.get(120, TimeUnit.SECONDS)).isEqualTo(200);
      }
      threads.shutdown();
      recording.stop();
      assertThat(Sample.rows(shards, "SELECT sum(age) FROM users")).containsExactly("402");
      if (JDK >= FIRST_WITHOUT_PINNING_MONITORS) {
        assertThat(pinnedByTheLibrary(recording, directory.resolve("pinned.jfr"))).isEmpty();
      }
    }
  }

  /** A read of one key, one of all shards, and a transaction over two keys. */
  private static long work(ShardDataSource shards, long id) throws SQLException {
    try (Connection connection = shards.getConnection()) {
      assertThat(Sample.rows(connection, "SELECT name FROM users WHERE user_id = ?", id))
          .containsExactly("user");
      increment(connection, id);
      try (PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM users");
          ResultSet rows = count.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** Whoever holds connections and waits for more has to be one of few. */
  private static void increment(Connection connection, long id) throws SQLException {
    WRITERS.acquireUninterruptibly();
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE users SET age = coalesce(age, 0) + 1 WHERE user_id = ?")) {
      connection.setAutoCommit(false);
      // Smaller keys first, so that no two wait for each other.
      for (long key : new long[] {Math.min(id, 201 - id), Math.max(id, 201 - id)}) {
        update.setLong(1, key);
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
      connection.commit();
      connection.setAutoCommit(true);
    } finally {
      WRITERS.release();
    }
  }

  private static List<String> pinnedByTheLibrary(Recording recording, Path file)
      throws IOException {
    recording.dump(file);
    List<String> pinned = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      String stack = event + String.valueOf(event.getStackTrace());
      if (stack.contains("io.shardjdbc.")) {
        pinned.add(stack);
      }
    }
    return pinned;
  }
}
