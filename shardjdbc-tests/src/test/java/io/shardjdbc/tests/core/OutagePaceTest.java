package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * A dead shard does not slow the others, whatever is asked of it meanwhile.
 *
 * <p>The same readers of one shard run twice, beside the same callers of another shard and of both:
 * while all servers live, and after the other shard's primary was killed. What counts is that reads
 * of the living shard were answered while a caller of the dead one waited longest; how long reads
 * took is reported, and not judged.
 */
@LongRun
@Timeout(180)
class OutagePaceTest {

  private static final String NAME = "SELECT name FROM users WHERE user_id = ?";
  private static final String BOTH = "SELECT count(*) FROM users";
  private static final int READERS = 2;
  private static final int READS = 1_500;
  private static final int TRIES = 40;

  /**
   * What a caller of the shard that died saw.
   *
   * @param meanwhile how many reads of the living shard were answered while the call waited
   */
  private record Failure(SQLException error, Duration after, long meanwhile) {}

  private final AtomicLong answered = new AtomicLong();

  @Test
  void theOtherShardsGoOnAtTheirPace(TestReporter reporter) throws Exception {
    try (PostgresCluster cluster = PostgresCluster.builder().shards(2).start()) {
      cluster.createDatabase("app");
      var builder = ShardDataSource.builder();
      for (ClusterShard shard : cluster.shards()) {
        builder.shard(shard.name(), shard.primary().jdbcUrl("app"));
      }
      try (ShardDataSource dataSource =
          builder
              .pool(Sample.pool(4))
              .tables(
                  t ->
                      t.sharded("users", "user_id")
                          .sharded("posts", "user_id")
                          .reference("countries")
                          .single("settings", "s0"))
              .build()) {
        Sample.createTables(dataSource);
        Sample.insertUsers(dataSource);
        ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
        phase(dataSource, failures); // classes, pools and caches
        long[] before = phase(dataSource, failures);
        assertThat(failures).isEmpty();

        cluster.shard("s1").primary().kill();
        long[] after = phase(dataSource, failures);

        double ratio = (double) middle(after) / middle(before);
        reporter.publishEntry(
            String.format(
                Locale.ROOT,
                "reads of the living shard: median %d us before, %d us after the kill, ratio %.2f;"
                    + " slowest after %d ms; %d calls of the dead one failed",
                middle(before) / 1_000,
                middle(after) / 1_000,
                ratio,
                after[after.length - 1] / 1_000_000,
                failures.size()));
        assertThat(failures).hasSize(2 * TRIES).allSatisfy(OutagePaceTest::namesTheDeadShard);
        Failure longest = Collections.max(failures, Comparator.comparing(Failure::after));
        assertThat(longest.meanwhile())
            .as("reads of the living shard while a call of the dead one took %s", longest.after())
            .isGreaterThan(0);
        assertThat(Sample.lent(dataSource)).isZero();
      }
    }
  }

  private static void namesTheDeadShard(Failure failure) {
    assertThat((Throwable) failure.error()).hasMessageContaining("shard s1");
    assertThat(failure.error().getSQLState()).startsWith("08");
  }

  /** Reads of the living shard, in nanoseconds and sorted, beside callers of the other one. */
  private long[] phase(ShardDataSource dataSource, ConcurrentLinkedQueue<Failure> failures)
      throws Exception {
    long alive = Sample.userOn(dataSource, "s0");
    long dead = Sample.userOn(dataSource, "s1");
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(READERS + 2);
    try {
      List<Future<long[]>> readers = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        readers.add(threads.submit(() -> timed(dataSource, alive)));
      }
      Future<Void> one = threads.submit(calls(dataSource, failures, over, NAME, dead));
      Future<Void> both = threads.submit(calls(dataSource, failures, over, BOTH));
      long[] all = new long[0];
      for (Future<long[]> reader : readers) {
        long[] some = reader.get();
        all = Arrays.copyOf(all, all.length + some.length);
        System.arraycopy(some, 0, all, all.length - some.length, some.length);
      }
      over.set(true);
      one.get();
      both.get();
      Arrays.sort(all);
      return all;
    } finally {
      threads.shutdownNow();
    }
  }

  private long[] timed(ShardDataSource dataSource, long user) throws SQLException {
    long[] nanos = new long[READS];
    for (int i = 0; i < READS; i++) {
      long start = System.nanoTime();
      assertThat(Sample.rows(dataSource, NAME, user)).hasSize(1);
      nanos[i] = System.nanoTime() - start;
      answered.incrementAndGet();
    }
    return nanos;
  }

  /** A caller that tries as often as it is told, a few milliseconds apart. */
  private Callable<Void> calls(
      ShardDataSource dataSource,
      ConcurrentLinkedQueue<Failure> failures,
      AtomicBoolean over,
      String sql,
      Object... values) {
    return () -> {
      for (int i = 0; i < TRIES; i++) {
        long start = System.nanoTime();
        long before = answered.get();
        try {
          Sample.rows(dataSource, sql, values);
        } catch (SQLException e) {
          Duration after = Duration.ofNanos(System.nanoTime() - start);
          failures.add(new Failure(e, after, answered.get() - before));
        }
        if (!over.get()) {
          // The callers' pace, which goes on for as long as the readers read.
          LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
      }
      return null;
    };
  }

  private static long middle(long[] sorted) {
    return sorted[sorted.length / 2];
  }
}
