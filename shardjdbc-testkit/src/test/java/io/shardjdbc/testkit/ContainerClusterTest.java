package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.container.DockerHost;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Tries a cluster in containers where a Docker engine answers, and the refusal where none does. */
class ContainerClusterTest {

  private final ContainerCluster.Builder builder = ContainerCluster.builder().replicasPerShard(1);

  @Test
  void aClusterRunsInContainersOrSaysThatItNeedsDocker() throws Exception {
    if (DockerHost.isAvailable()) {
      System.out.println("A Docker engine answers: trying ContainerCluster on it.");
      assertThatItWorks();
    } else {
      System.out.println("No Docker engine answers: trying only how ContainerCluster says so.");
      assertThatThrownBy(builder::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no Docker engine answers")
          .hasMessageContaining("PostgresCluster does not");
    }
  }

  private void assertThatItWorks() throws SQLException {
    try (ContainerCluster cluster = builder.start()) {
      cluster.createDatabase("app");
      ClusterShard shard = cluster.shard("s0");
      ClusterNode old = shard.primary();
      ClusterNode replica = shard.replicas().get(0);
      run(old, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");

      old.kill();
      old.start();
      old.freeze();
      old.thaw();
      run(old, "INSERT INTO t VALUES (2)");
      shard.awaitReplication();
      assertThat(rows(replica)).isEqualTo("1 2");

      old.stop(Shutdown.FAST);
      replica.promote();
      run(replica, "INSERT INTO t VALUES (3)");
      old.rebuildFrom(replica);
      shard.awaitReplication();
      assertThat(rows(old)).isEqualTo("1 2 3");
    }
  }

  private static void run(ClusterNode node, String... statements) throws SQLException {
    try (Connection connection = node.connect("app");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String rows(ClusterNode node) throws SQLException {
    try (Connection connection = node.connect("app")) {
      return Sql.value(connection, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t");
    }
  }
}
