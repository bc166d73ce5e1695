package io.shardjdbc.testkit.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every read is checked against what had been acknowledged when it started, under every fault.
 *
 * <p>{@code -Dshardjdbc.chaos.rounds=N} causes every fault N times instead of once; {@code
 * -Dshardjdbc.chaos.seed=N} repeats a run's order of faults.
 */
class ChaosTest {
  private static final int READS = Integer.getInteger("shardjdbc.chaos.reads", 100_000);

  private static final long SEED = Long.getLong("shardjdbc.chaos.seed", System.nanoTime());
  private static final int ROUNDS = Integer.getInteger("shardjdbc.chaos.rounds", 1);

  private static PostgresCluster cluster;

  @BeforeAll
  static void start() {
    cluster = PostgresCluster.builder().replicasPerShard(2).start();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void noReadSeesLessThanItWasPromisedWhateverBreaks() throws Exception {
    ReadSettings settings = ReadSettings.builder().maxLag(Duration.ofMillis(300)).build();
    try (Nodes nodes = nodes();
        ChaosRun run = new ChaosRun(nodes, settings, true, SEED)) {
      run.start();
      Faults faults = new Faults(nodes, run, SEED);
      for (Faults.Fault fault : faults.plan(ROUNDS)) {
        faults.cause(fault);
      }
      while (run.history.readCount() < READS || run.replicaReads.get() <= READS / 4) {
        Faults.hold(100);
      }
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

  @Test
  void theCheckFindsViolationsWhenTheGuaranteesAreOff() throws Exception {
    ReadSettings off =
        ReadSettings.builder()
            .maxLag(Duration.ofMillis(300))
            .readYourWrites(ReadYourWrites.OFF)
            .build();
    try (Nodes nodes = nodes();
        ChaosRun run = new ChaosRun(nodes, off, false, SEED)) {
      run.start();
      Deadline.in(Duration.ofSeconds(60))
          .await("replicas are read from", () -> run.replicaReads.get() > 100);
      Faults faults = new Faults(nodes, run, SEED);
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

  private static Nodes nodes() throws Exception {
    Nodes nodes = new Nodes(cluster.shard("s0"));
    ClusterNode primary = cluster.shard("s0").primary();
    try (Connection connection = primary.connect()) {
      ChaosRun.createTable(connection);
    }
    cluster.awaitReplication();
    return nodes;
  }
}
