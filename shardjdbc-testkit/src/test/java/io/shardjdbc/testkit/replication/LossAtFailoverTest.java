package io.shardjdbc.testkit.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicaSet;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of acknowledged writes when the primary dies under load. */
class LossAtFailoverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void nothingAcknowledgedIsLostWhenTheHeirWasSynchronous() throws Exception {
    assertThat(lostWrites(1)).isZero();
  }

  @Test
  void whatIsLostWithAnAsynchronousHeirIsCounted() throws Exception {
    assertThat(lostWrites(0)).isNotNegative();
  }

  private static long lostWrites(int synchronousReplicas) throws Exception {
    try (PostgresCluster cluster =
            PostgresCluster.builder()
                .replicasPerShard(1)
                .synchronousReplicas(synchronousReplicas)
                .start();
        Nodes nodes = new Nodes(cluster.shard("s0"));
        ChaosRun run = new ChaosRun(nodes, ReadSettings.defaults(), true, 1)) {
      ReplicaSet writing = run.writing.replicas(new ShardId("s0")).orElseThrow();
      ClusterShard shard = cluster.shard("s0");
      ClusterNode heir = shard.replicas().get(0);
      try (Connection connection = shard.primary().connect()) {
        ChaosRun.createTable(connection);
      }
      shard.awaitReplication();
      if (synchronousReplicas > 0) {
        writing.awaitFirstProbes(PATIENCE);
        writing.checkDurability(Durability.SEMI_SYNC);
      }
      run.start();
      Deadline.in(PATIENCE)
          .await("writes are under way", () -> run.history.acknowledgedCount() > 300);

      shard.primary().kill();
      run.promotionStart.set(System.nanoTime());
      if (synchronousReplicas > 0) {
        // The heir's own copy of the setting would make it wait for a standby that is not there.
        heir.set("synchronous_standby_names", "");
      }
      heir.promote();
      long promoted = System.nanoTime();
      long before = run.history.acknowledgedCount();
      Deadline.in(PATIENCE).await("writes go on", () -> run.history.acknowledgedCount() > before);
      long resumed = System.nanoTime();
      assertThat(writing.isPrimary(new NodeId("replica-1"))).isTrue();
      Deadline.in(PATIENCE)
          .await("more writes", () -> run.history.acknowledgedCount() > before + 200);
      run.stop();

      assertThat(run.history.violations()).isEmpty();
      System.out.printf(
          "failover with %d synchronous replicas: writes resumed %d ms after the promotion; %s%n",
          synchronousReplicas, (resumed - promoted) / 1_000_000, run.summary());
      return run.history.lostCount();
    }
  }
}
