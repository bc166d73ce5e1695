package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Whole;
import io.shardjdbc.transaction.CommitObserver;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server is killed at each step of a commit over three shards, and at random moments. */
@LongRun
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ServerCrashTest {

  private static final int SHARDS = 3;

  /** What is done on the deciding shard, then what is done on the others. */
  private static final List<String> STEPS =
      List.of(
          "BEFORE_NOTE s0",
          "NOTED s0",
          "BEFORE_DECISION s0",
          "DECIDED s0",
          "BEFORE_PREPARE s1",
          "PREPARED s1",
          "BEFORE_TELLING s1",
          "TOLD s1",
          "BEFORE_PREPARE s2",
          "PREPARED s2",
          "BEFORE_TELLING s2",
          "TOLD s2");

  private static final int RANDOM_KILLS = Integer.getInteger("shardjdbc.twophase.kills", 1);

  private static PostgresCluster cluster;
  private static Map<String, String> urls;

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(SHARDS).start();
    cluster.createDatabase("app");
    urls = cluster.primaryUrls("app");
    Accounts.createTables(urls);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** What the caller was told. */
  private enum Told {
    COMMITTED,
    FAILED,
    UNKNOWN
  }

  @Test
  void whateverServerIsKilledAtWhateverStepAllShardsAgree() throws SQLException {
    int usual = Whole.or(STEPS.subList(0, 8), STEPS).size(); // s2 does what s1 does
    int runs = Integer.getInteger("shardjdbc.twophase.runs", usual);
    AtomicReference<String> killAt = new AtomicReference<>("");
    AtomicInteger victim = new AtomicInteger();
    CommitObserver killer =
        (step, shard) -> {
          if (killAt.get().equals(step + " " + shard)) {
            killAt.set("");
            node(victim.get()).kill();
          }
        };
    Map<Told, Integer> told = new EnumMap<>(Told.class);
    try (ShardDataSource dataSource = Accounts.open(urls, killer)) {
      List<Long> accounts = List.copyOf(Accounts.accountOnEach(dataSource, SHARDS).values());
      for (int run = 0; run < runs; run++) {
        String step = STEPS.get(run % STEPS.size());
        // First the shard of the step itself, in the next round its neighbour, and so on.
        victim.set((step.charAt(step.length() - 1) - '0' + run / STEPS.size()) % SHARDS);
        killAt.set(step);
        long transfer = run;
        String what = "run %d: s%d at %s".formatted(run, victim.get(), step);
        Told answer;
        UnknownOutcomeException unknown = null;
        try {
          Accounts.transfer(dataSource, accounts, transfer);
          answer = Told.COMMITTED;
        } catch (UnknownOutcomeException e) {
          answer = Told.UNKNOWN;
          unknown = e;
        } catch (SQLException e) {
          answer = Told.FAILED;
        }
        told.merge(answer, 1, Integer::sum);
        assertThat(node(victim.get()).isRunning()).as(what).isFalse();
        node(victim.get()).start();
        awaitRecovery(dataSource);
        List<Long> entered = Accounts.entered(urls, transfer);
        assertThat(entered.size()).as(what).isIn(0, SHARDS);
        if (unknown == null) {
          assertThat(entered.isEmpty()).as(what).isEqualTo(answer == Told.FAILED);
        } else {
          assertThat(dataSource.transactions().outcome(unknown.transaction().orElseThrow()))
              .as(what)
              .isEqualTo(entered.isEmpty() ? Outcome.ABORTED : Outcome.COMMITTED);
        }
      }
    }
    System.out.printf(
        "servers killed at steps of %d commits: %d committed, %d failed, %d unknown at first%n",
        runs, told.get(Told.COMMITTED), told.get(Told.FAILED), told.get(Told.UNKNOWN));
    assertThat(told).as("committed, failed, unknown").containsOnlyKeys(Told.values());
  }

  private static ClusterNode node(int shard) {
    return cluster.shard("s" + shard).primary();
  }

  private static void awaitRecovery(ShardDataSource dataSource) {
    Deadline.in(Accounts.PATIENCE)
        .await("recovery", () -> dataSource.transactions().recover().isClean());
    assertThat(inDoubt(dataSource)).isZero();
  }

  private static int inDoubt(ShardDataSource dataSource) {
    try {
      return dataSource.transactions().inDoubt().size();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @LongRun
  @Test
  void serversKilledAtRandomMomentsUnderLoadLeaveShardsThatAgree() throws Exception {
    long seed = Long.getLong("shardjdbc.twophase.seed", System.nanoTime());
    Random random = new Random(seed);
    AtomicLong transfers = new AtomicLong(1_000_000);
    Map<Long, Told> answers = new ConcurrentHashMap<>();
    AtomicBoolean stop = new AtomicBoolean();
    try (ShardDataSource dataSource = Accounts.open(urls)) {
      List<Long> accounts = List.copyOf(Accounts.accountOnEach(dataSource, SHARDS).values());
      Runnable client =
          () -> {
            while (!stop.get()) {
              long transfer = transfers.incrementAndGet();
              answers.put(transfer, Told.UNKNOWN);
              try {
                Accounts.transfer(dataSource, accounts, transfer);
                answers.put(transfer, Told.COMMITTED);
              } catch (UnknownOutcomeException e) {
                // as it was
              } catch (SQLException e) {
                answers.put(transfer, Told.FAILED);
                LockSupport.parkNanos(1_000_000); // the load's pace while a server is away
              }
            }
          };
      CompletableFuture<Void> one = Beside.run(client);
      CompletableFuture<Void> two = Beside.run(client);
      for (int kill = 0; kill < RANDOM_KILLS; kill++) {
        int more = answers.size() + 20 + random.nextInt(40);
        Deadline.in(Accounts.PATIENCE).await("transfers", () -> answers.size() > more);
        ClusterNode victim = node(random.nextInt(SHARDS));
        victim.kill();
        victim.start();
      }
      stop.set(true);
      CompletableFuture.allOf(one, two).get(2, TimeUnit.MINUTES);
      awaitRecovery(dataSource);
    }
    Map<Long, Integer> counts = Accounts.entered(urls);
    for (Map.Entry<Long, Told> transfer : answers.entrySet()) {
      int entered = counts.getOrDefault(transfer.getKey(), 0);
      switch (transfer.getValue()) {
        case COMMITTED -> assertThat(entered).as("seed %d", seed).isEqualTo(SHARDS);
        case FAILED -> assertThat(entered).as("seed %d", seed).isZero();
        case UNKNOWN -> assertThat(entered).as("seed %d", seed).isIn(0, SHARDS);
      }
    }
    System.out.printf(
        "servers killed at %d random moments during %d commits%n", RANDOM_KILLS, answers.size());
  }
}
