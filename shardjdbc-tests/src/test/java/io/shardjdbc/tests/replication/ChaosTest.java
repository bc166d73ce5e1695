package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.PostgresVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every read is checked against what had been acknowledged when it started, under every fault.
 *
 * <p>{@code -Dshardjdbc.chaos.rounds=N} causes every fault N times instead of once; {@code
 * -Dshardjdbc.chaos.seed=N} repeats a run's order of faults; {@code -Dshardjdbc.chaos.shards=N} has
 * so many shards, each with faults of its own at the same time; {@code
 * -Dshardjdbc.chaos.version=15} has servers of that version; {@code -Dshardjdbc.chaos.pause=N} lets
 * each reader pause for N microseconds behind a read, 1,500 by default.
 */
@LongRun
@Timeout(3600)
class ChaosTest {
  private static final int READS = Integer.getInteger("shardjdbc.chaos.reads", 6_000);

  private static final long SEED = Long.getLong("shardjdbc.chaos.seed", System.nanoTime());
  private static final int ROUNDS = Integer.getInteger("shardjdbc.chaos.rounds", 1);
  private static final int SHARDS = Integer.getInteger("shardjdbc.chaos.shards", 1);
  private static final PostgresVersion VERSION =
      PostgresVersion.valueOf("V" + Integer.getInteger("shardjdbc.chaos.version", 18));

  /** A busy machine makes a few hundred reads a second at least. */
  private static final Duration PATIENCE = Duration.ofSeconds(60).plusMillis(5L * READS);

  private static PostgresCluster cluster;

  private final List<Nodes> shards = new ArrayList<>();

  @BeforeAll
  static void start() {
    cluster = PostgresCluster.builder().shards(SHARDS).replicasPerShard(2).version(VERSION).start();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void createTables() throws SQLException {
    for (ClusterShard shard : cluster.shards()) {
      shards.add(new Nodes(shard));
      try (Connection connection = shard.primary().connect()) {
        ChaosRun.createTable(connection);
      }
      shard.awaitReplication();
    }
  }

  @AfterEach
  void closeProxies() {
    shards.forEach(Nodes::close);
  }

  @Test
  void noReadSeesLessThanItWasPromisedWhateverBreaks() throws Exception {
    ReadSettings settings = ReadSettings.builder().maxLag(Duration.ofMillis(300)).build();
    try (ChaosRun run = new ChaosRun(shards, settings, true, SEED)) {
      run.start();
      breakAllShardsAtOnce();
      Deadline.in(PATIENCE)
          .await(
              "enough is read",
              () -> {
                run.requireSound();
                return run.history.readCount() >= READS && run.replicaReads.get() > READS / 4;
              });
      run.stop();
      assertThat(lent(run.writing) + lent(run.other)).as("connections lent").isZero();

      System.out.println("chaos, seed " + SEED + ": " + run.summary());
      List<History.Violation> violations = run.history.violations();
      assertThat(violations.stream().limit(20).toList())
          .as("seed %d, %d violations, %s", SEED, violations.size(), run.summary())
          .isEmpty();
      assertThat(run.history.readCount()).isGreaterThanOrEqualTo(READS);
      assertThat(run.replicaReads.get()).isGreaterThan(READS / 4);
    }
  }

  private void breakAllShardsAtOnce() throws Exception {
    ExecutorService breakers = Executors.newFixedThreadPool(SHARDS);
    try {
      List<Future<?>> faults = new ArrayList<>();
      for (int i = 0; i < SHARDS; i++) {
        Faults ofShard = new Faults(shards.get(i), SEED + i);
        faults.add(
            breakers.submit(
                () -> {
                  for (Faults.Fault fault : ofShard.plan(ROUNDS)) {
                    ofShard.cause(fault);
                  }
                  return null;
                }));
      }
      for (Future<?> fault : faults) {
        fault.get();
      }
    } finally {
      breakers.shutdownNow();
    }
  }

  @LongRun
  @Test
  void theCheckFindsViolationsWhenTheGuaranteesAreOff() throws Exception {
    ReadSettings off =
        ReadSettings.builder()
            .maxLag(Duration.ofMillis(300))
            .readYourWrites(ReadYourWrites.OFF)
            .build();
    try (ChaosRun run = new ChaosRun(shards, off, false, SEED)) {
      run.start();
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "replicas are read from",
              () -> {
                run.requireSound();
                return run.replicaReads.get() > 100;
              });
      Faults faults = new Faults(shards.get(0), SEED);
      faults.cause(Faults.Fault.DELAY_REPLAY);
      faults.cause(Faults.Fault.PAUSE_REPLAY);
      run.stop();

      var byKind =
          run.history.violations().stream()
              .collect(Collectors.groupingBy(v -> v.read().kind(), Collectors.counting()));
      System.out.println("chaos without guarantees: " + byKind + " in " + run.summary());
      assertThat(byKind)
          .containsKeys(
              "own writes", "bounded", "session", "sequential", "token", "read-only transaction");
    }
  }

  private static int lent(ShardDataSource dataSource) {
    return dataSource.usage().stream().mapToInt(NodeUsage::lent).sum();
  }
}
