package io.shardjdbc.testkit.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.replication.Choice;
import io.shardjdbc.replication.ProbeScheduler;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicaSet;
import io.shardjdbc.replication.ReplicationEvent.BreakerChanged;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The cascade that a circuit breaker is for: replicas fall behind, and readers drown the primary.
 */
class StaleReadFloodTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ReadIntent TOLERANT = ReadIntent.tolerant(Duration.ofMillis(200));

  @Test
  void aFloodOfTolerantReadsStaysOnReplicasThatAreFarBehind() throws Exception {
    ReadSettings settings =
        ReadSettings.builder()
            .maxLag(Duration.ofMillis(200))
            .staleThreshold(Duration.ofMillis(800))
            .build();
    Events events = new Events();
    try (PostgresCluster cluster = PostgresCluster.builder().replicasPerShard(2).start();
        ProbeScheduler scheduler = ProbeScheduler.start();
        Nodes nodes = new Nodes(cluster.shard("s0"));
        ReplicaSet set = nodes.replicaSet(settings, scheduler).listener(events).build();
        Client client = new Client(nodes, set)) {
      ClusterNode primary = cluster.shard("s0").primary();
      try (var connection = primary.connect()) {
        ChaosRun.createTable(connection);
      }
      cluster.awaitReplication();
      await("reads go to replicas", () -> !set.chooseRead(TOLERANT, 1).isPrimary());

      for (ClusterNode replica : cluster.shard("s0").replicas()) {
        replica.pauseReplay();
      }
      Servers.tell(primary, "UPDATE kv SET v = 1");
      set.writtenAll();
      await("the breaker opens", () -> !events.of(BreakerChanged.class).isEmpty());

      int onPrimary = 0;
      for (int i = 0; i < 5000; i++) {
        Client.Seen seen = client.read(i % ChaosRun.KEYS, TOLERANT);
        onPrimary += seen.onPrimary() ? 1 : 0;
      }
      assertThat(onPrimary).isLessThan(5000 / 4);
      assertThat(client.read(1, ReadIntent.standard()).value()).isEqualTo(1);

      for (ClusterNode replica : cluster.shard("s0").replicas()) {
        replica.resumeReplay();
      }
      await("the breaker closes", () -> events.of(BreakerChanged.class).size() == 2);
      await(
          "reads are fresh again",
          () -> {
            Choice choice = set.chooseRead(TOLERANT, 1);
            return !choice.isStale() && !choice.isPrimary();
          });
    }
  }

  private static void await(String what, Deadline.Condition<SQLException> condition)
      throws SQLException {
    Deadline.in(PATIENCE).await(what, condition);
  }
}
