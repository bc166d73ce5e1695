package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sums over all shards while money is moved between them. */
class SnapshotReadTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final int READS = Integer.getInteger("shardjdbc.moments.reads", 30);

  /** At most so many reads, of which one has to be wrong where nothing keeps that out. */
  private static final int MOST = 20_000;

  private static final int READERS = Integer.getInteger("shardjdbc.moments.readers", 3);
  private static final long SEED = Long.getLong("shardjdbc.moments.seed", System.nanoTime());
  private static final ExecutorService THREADS = Executors.newFixedThreadPool(READERS);
  private static final AtomicInteger REFUSED = new AtomicInteger();

  private static ShardDataSource dataSource;
  private static Movers movers;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.createAndOpen(cluster.primaryUrls(), Bank.settings());
    movers = Movers.start(dataSource, 4);
  }

  @AfterAll
  static void close() {
    THREADS.shutdown();
    movers.close();
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
    dataSource.close();
  }

  /** How many of these reads were wrong, until there are enough of them. */
  private static int wrong(ReadIntent intent, int reads, int enough) throws Exception {
    AtomicInteger left = new AtomicInteger(reads);
    AtomicInteger wrong = new AtomicInteger();
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      readers.add(
          CompletableFuture.runAsync(
              () -> {
                try (Connection connection = Bank.reader(dataSource, intent)) {
                  while (left.getAndDecrement() > 0 && wrong.get() < enough) {
                    if (sum(connection) != Bank.TOTAL) {
                      wrong.incrementAndGet();
                    }
                  }
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              },
              THREADS));
    }
    for (CompletableFuture<Void> reader : readers) {
      reader.get();
    }
    return wrong.get();
  }

  /** One may be refused where the machine is so slow that locks are lost; then another is read. */
  private static long sum(Connection connection) throws SQLException {
    while (true) {
      try {
        return Bank.sum(connection);
      } catch (SQLException e) {
        if (!CodedError.is(e, ErrorCode.SNAPSHOT_BUSY)
            && !CodedError.is(e, ErrorCode.SNAPSHOT_LOST)) {
          throw e;
        }
        REFUSED.incrementAndGet();
      }
    }
  }

  @LongRun
  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS) // as long as it is told to
  void aSnapshotNeverShowsHalfOfATransactionThoughProcessesAreKilled() throws Exception {
    long before = System.nanoTime();
    long moved = movers.moved();
    try (Kills kills = Kills.start(cluster.primaryUrls(), SEED)) {
      assertThat(wrong(ReadIntent.snapshot(), READS, READS)).as("seed " + SEED).isZero();
      while (kills.killed() == 0) {
        assertThat(wrong(ReadIntent.snapshot(), 10, 10)).as("seed " + SEED).isZero();
      }
      System.out.printf(
          "0 of %d sums wrong in %d ms, %d refused, %d moves here, %d processes killed%n",
          READS,
          (System.nanoTime() - before) / 1_000_000,
          REFUSED.get(),
          movers.moved() - moved,
          kills.killed());
    }
    assertThat(movers.moved()).isGreaterThan(moved);
  }

  @Test
  void anOrdinaryReadOverShardsDoes() throws Exception {
    assertThat(wrong(ReadIntent.standard(), MOST, 1)).isPositive();
  }

  /** The account that only decides, and the two between which money is moved, on three shards. */
  private static long wrongOfTwo(int reads) throws Exception {
    List<Integer> three = Bank.onDifferentShards(dataSource, 3);
    String sum =
        "SELECT sum(balance) FROM accounts WHERE account IN (%d, %d)"
            .formatted(three.get(1), three.get(2));
    try (Movers between = Movers.start(dataSource, 3, three);
        Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      long wrong = 0;
      long before = 0;
      for (int i = 0; (i < reads || between.moved() < 20) && wrong == 0; i++) {
        long now = Bank.sum(connection, sum);
        wrong += i > 0 && now != before ? 1 : 0;
        before = now;
      }
      return wrong;
    }
  }

  @LongRun
  @Test
  void soDoesOneThatLetsOtherShardsDecide() throws Exception {
    movers.pause();
    Deadline.in(Duration.ofSeconds(60))
        .await(
            "what killed processes left is ended",
            () -> dataSource.transactions().inDoubt().isEmpty());
    try {
      assertThat(wrongOfTwo(READS / 2)).isZero();
      Fence.ALL_DECIDERS.out(true);
      assertThat(wrongOfTwo(MOST)).isPositive();
    } finally {
      Fence.ALL_DECIDERS.out(false);
      movers.goOn();
    }
  }

  @Test
  void soDoesOneThatDoesNotWaitForWhatIsDecided() throws Exception {
    Fence.UNTOLD_PARTS.out(true);
    try {
      assertThat(wrong(ReadIntent.snapshot(), MOST, 1)).isPositive();
    } finally {
      Fence.UNTOLD_PARTS.out(false);
    }
  }
}
