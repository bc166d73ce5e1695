package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadPolicy;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which replicas serve whom: those of the caller's zone, and those that are kept for analytics. */
class NodeUsesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresCluster cluster = PostgresCluster.builder().replicasPerShard(2).start();
  private final ClusterShard shard = cluster.shard("s0");

  @BeforeEach
  void createTable() throws SQLException {
    try (Connection connection = shard.primary().connect()) {
      ChaosRun.createTable(connection);
    }
    shard.awaitReplication();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void analyticsHaveAReplicaOfTheirOwnAndZonesAreKept() throws Exception {
    ReadSettings settings =
        ReadSettings.builder().policy(ReadPolicy.ZONE).zone(shard.replicas().get(0).name()).build();
    try (ShardDataSource zoned = dataSource(settings, NodeUse.GENERAL);
        ShardDataSource analytic = dataSource(ReadSettings.defaults(), NodeUse.ANALYTICS)) {
      await("zone", () -> server(zoned, ReadIntent.standard()).equals("s0.replica-1"));
      await("general", () -> server(analytic, ReadIntent.standard()).equals("s0.replica-1"));
      await("analytics", () -> server(analytic, ReadIntent.analytics()).equals("s0.replica-2"));
      for (int i = 0; i < 20; i++) {
        assertThat(server(zoned, ReadIntent.standard())).isIn("s0.replica-1", "s0.primary");
        assertThat(server(analytic, ReadIntent.standard())).isIn("s0.replica-1", "s0.primary");
      }
    }
  }

  private ShardDataSource dataSource(ReadSettings settings, NodeUse useOfLast) throws SQLException {
    List<NodeConfiguration> nodes = new ArrayList<>();
    for (ClusterNode node : shard.nodes()) {
      nodes.add(NodeConfiguration.of(node.jdbcUrl("postgres")).inZone(node.name()));
    }
    return ShardDataSource.builder()
        .shard(
            new ShardConfiguration(
                new ShardId("s0"),
                nodes.get(0),
                List.of(nodes.get(1), nodes.get(2).usedFor(useOfLast))))
        .tables(ChaosRun::declare)
        .reads(settings)
        .build();
  }

  private static String server(ShardDataSource from, ReadIntent intent) throws SQLException {
    try (Connection connection = from.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT v FROM kv WHERE k = 1")) {
      connection.unwrap(ShardConnection.class).readIntent(intent);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return from.usage().stream()
            .filter(node -> node.lent() > 0)
            .map(NodeUsage::node)
            .findFirst()
            .orElseThrow();
      }
    }
  }

  private static <X extends Exception> void await(String what, Deadline.Condition<X> condition)
      throws X {
    Deadline.in(PATIENCE).await(what, condition);
  }
}
