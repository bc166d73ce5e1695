package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A coordinator that lives, and a recoverer that takes it for dead, work on one transaction. */
@LongRun
class RecoveryRaceTest {

  private static final int RUNS = Integer.getInteger("shardjdbc.twophase.races", 12);
  private static final long SEED = Long.getLong("shardjdbc.twophase.seed", System.nanoTime());

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  /**
   * One transaction's race. Every second coordinator prepares, starts the recoverer, and is then
   * about as slow to note its decision as the recoverer is to come to it; of the others the
   * recoverer starts at a step by chance.
   */
  private static final class Race {
    private final ShardDataSource recovering;
    private final Random random;
    private final boolean late;
    private final Step startAt;
    private final CountDownLatch prepared = new CountDownLatch(1);
    private volatile CompletableFuture<Long> recoverer;

    Race(ShardDataSource recovering, Random random, boolean late) {
      this.recovering = recovering;
      this.random = random;
      this.late = late;
      this.startAt = List.of(Step.values()).get(random.nextInt(Step.values().length));
    }

    void at(Step step, long usualNanos) {
      if (step == Step.PREPARED) {
        prepared.countDown();
      }
      if (late && step == Step.BEFORE_NOTE) {
        await();
        start();
        // How slow it is: the race itself, of which neither may know the other's moment.
        LockSupport.parkNanos(random.nextLong(usualNanos * 2));
      } else if (!late && step == startAt) {
        start();
      }
    }

    private void await() {
      try {
        assertThat(prepared.await(Accounts.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void start() {
      recoverer =
          Beside.get(
              () -> {
                long start = System.nanoTime();
                recovering.transactions().recover();
                return System.nanoTime() - start;
              });
    }

    /** Waits for the recoverer, and says how long it took. */
    long end(long otherwise) {
      CompletableFuture<Long> running = recoverer;
      return running == null ? otherwise : running.join();
    }
  }

  private volatile Race race;
  private volatile long usualNanos = TimeUnit.MILLISECONDS.toNanos(20);

  @Test
  void theyNeverDecideDifferently() throws SQLException {
    Map<String, String> urls = new LinkedHashMap<>(cluster.primaryUrls());
    urls.remove("s2");
    Accounts.createTables(urls);
    Random random = new Random(SEED);
    Map<Long, Boolean> committed = new HashMap<>();
    try (ShardDataSource recovering = Accounts.open(urls);
        ShardDataSource dataSource =
            Accounts.open(urls, (step, shard) -> race.at(step, usualNanos))) {
      List<Long> accounts = List.copyOf(Accounts.accountOnEach(dataSource, 2).values());
      for (long run = 0; run < RUNS; run++) {
        race = new Race(recovering, random, run % 2 == 0);
        try {
          Accounts.transfer(dataSource, accounts, run);
          committed.put(run, true);
        } catch (SQLException e) {
          assertThat(e.getMessage()).contains("SJ0612");
          committed.put(run, false);
        }
        usualNanos = (3 * usualNanos + race.end(usualNanos)) / 4;
      }
      assertThat(recovering.transactions().recover().isClean()).isTrue();
      assertThat(recovering.transactions().inDoubt()).isEmpty();
    }
    Map<Long, Integer> entered = Accounts.entered(urls);
    committed.forEach(
        (run, stands) ->
            assertThat(entered.getOrDefault(run, 0))
                .as("run %d of seed %d", run, SEED)
                .isEqualTo(stands ? 2 : 0));
    long commits = committed.values().stream().filter(stands -> stands).count();
    System.out.printf(
        "%d races of coordinator and recoverer: %d committed, %d rolled back by recovery%n",
        RUNS, commits, RUNS - commits);
    assertThat(commits).as("committed, seed %d", SEED).isPositive().isLessThan(RUNS);
  }
}
