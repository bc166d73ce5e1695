package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class PostgresClusterTest {

  @LongRun
  @Test
  void rowsOfEveryPrimaryArriveAtItsReplicas() throws Exception {
    try (PostgresCluster cluster =
        PostgresCluster.builder().shards(2).replicasPerShard(2).start()) {
      cluster.createDatabase("app");
      for (ClusterShard shard : cluster.shards()) {
        try (Connection connection = shard.primary().connect("app");
            Statement statement = connection.createStatement()) {
          statement.execute("CREATE TABLE t AS SELECT '" + shard.name() + "' AS shard");
        }
        shard.awaitReplication();
        assertThat(shard.replicas()).hasSize(2);
        for (ClusterNode replica : shard.replicas()) {
          try (Connection connection = replica.connect("app")) {
            assertThat(Sql.value(connection, "SELECT shard FROM t")).isEqualTo(shard.name());
          }
        }
      }
    }
  }

  @Test
  void theShardsSectionOfAConfigurationNamesAllNodes() {
    try (PostgresCluster cluster = PostgresCluster.builder().replicasPerShard(1).start()) {
      ClusterShard shard = cluster.shard("s0");
      String yaml = cluster.shardsYaml("app");
      assertThat(yaml)
          .isEqualTo(
              """
              shards:
                s0:
                  primary: {url: 'jdbc:postgresql://127.0.0.1:%d/app?user=postgres'}
                  replicas:
                    - {url: 'jdbc:postgresql://127.0.0.1:%d/app?user=postgres'}
              """
                  .formatted(shard.primary().port(), shard.replicas().get(0).port()));
    }
  }
}
