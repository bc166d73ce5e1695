package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.failover.ReplicasOf;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of acknowledged writes when the primary dies under load. */
@LongRun
class LossAtFailoverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static PostgresCluster cluster;

  @BeforeAll
  static void start() {
    cluster = PostgresCluster.builder().replicasPerShard(1).start();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheHeirWasSynchronous() throws Exception {
    assertThat(lostWrites(true)).isZero();
  }

  @LongRun
  @Test
  void whatIsLostWithAnAsynchronousHeirIsCounted() throws Exception {
    assertThat(lostWrites(false)).isNotNegative();
  }

  private static long lostWrites(boolean synchronous) throws Exception {
    ClusterShard shard = cluster.shard("s0");
    ClusterNode old = shard.primary();
    ClusterNode heir = shard.replicas().get(0);
    NodeId heirsId = new NodeId(shard.nodes().get(0) == heir ? "primary" : "replica-1");
    try (Nodes nodes = new Nodes(shard);
        ChaosRun run = new ChaosRun(List.of(nodes), ReadSettings.defaults(), true, 1)) {
      try (Connection connection = old.connect()) {
        ChaosRun.createTable(connection);
      }
      shard.awaitReplication();
      ReplicaSet writing = ReplicasOf.shard(run.writing, "s0");
      if (synchronous) {
        old.set("synchronous_standby_names", "*");
        writing.awaitFirstProbes(PATIENCE);
        Deadline.in(PATIENCE).await("the standby is known", () -> canWait(writing));
      }
      run.start();
      Deadline.in(PATIENCE)
          .await("writes are under way", () -> run.history.acknowledgedCount() > 300);

      old.kill();
      nodes.promotionBegins();
      heir.promote();
      long promoted = System.nanoTime();
      long before = run.history.acknowledgedCount();
      Deadline.in(PATIENCE).await("writes go on", () -> run.history.acknowledgedCount() > before);
      long resumed = System.nanoTime();
      assertThat(writing.isPrimary(heirsId)).isTrue();
      Deadline.in(PATIENCE)
          .await("more writes", () -> run.history.acknowledgedCount() > before + 100);
      run.stop();

      assertThat(run.history.violations()).isEmpty();
      System.out.printf(
          "failover to %s replica: writes resumed %d ms after the promotion; %s%n",
          synchronous ? "a synchronous" : "an asynchronous",
          (resumed - promoted) / 1_000_000,
          run.summary());
      old.rebuildFrom(heir);
      return run.history.lostCount();
    }
  }

  private static boolean canWait(ReplicaSet set) {
    try {
      set.checkDurability(Durability.SEMI_SYNC);
      return true;
    } catch (NodeUnavailableException e) {
      return false;
    }
  }
}
