package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@LongRun
class FailoverTest {

  @Test
  void aPromotedReplicaIsFollowedAndTheOldPrimaryIsRebuilt() throws Exception {
    try (PostgresCluster cluster = PostgresCluster.builder().replicasPerShard(2).start()) {
      ClusterShard shard = cluster.shard("s0");
      ClusterNode old = shard.primary();
      ClusterNode heir = shard.replicas().get(0);
      ClusterNode other = shard.replicas().get(1);
      run(old, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
      shard.awaitReplication();

      heir.promote();
      other.follow(heir);
      assertThat(shard.primary()).isSameAs(heir);
      assertThat(shard.replicas()).containsExactly(old, other);
      assertThat(heir.isStandby()).isFalse();

      // A lost row on the old primary: it has to be rebuilt, following would keep the row.
      run(old, "INSERT INTO t VALUES (100)");
      old.kill();
      run(heir, "INSERT INTO t VALUES (2)");
      old.rebuildFrom(heir);

      shard.awaitReplication();
      assertThat(old.isStandby()).isTrue();
      for (ClusterNode node : shard.nodes()) {
        assertThat(rows(node)).isEqualTo("1 2");
      }
      run(heir, "INSERT INTO t VALUES (3)");
      shard.awaitReplication();
      assertThat(rows(old)).isEqualTo("1 2 3");
      assertThat(rows(other)).isEqualTo("1 2 3");
    }
  }

  @LongRun
  @Test
  void aPrimaryThatWasStoppedInOrderFollowsItsHeirAsItIs() throws Exception {
    try (PostgresCluster cluster = PostgresCluster.builder().replicasPerShard(1).start()) {
      ClusterShard shard = cluster.shard("s0");
      ClusterNode old = shard.primary();
      ClusterNode heir = shard.replicas().get(0);
      run(old, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
      old.stop(Shutdown.FAST);

      heir.promote();
      old.follow(heir);
      run(heir, "INSERT INTO t VALUES (2)");

      shard.awaitReplication();
      assertThat(old.isStandby()).isTrue();
      assertThat(rows(old)).isEqualTo("1 2");
    }
  }

  @LongRun
  @Test
  void aCommitWaitsForASynchronousReplica() throws Exception {
    try (PostgresCluster cluster =
        PostgresCluster.builder()
            .replicasPerShard(1)
            .synchronousReplicas(1)
            .setting("synchronous_commit", "remote_apply")
            .start()) {
      ClusterShard shard = cluster.shard("s0");
      run(shard.primary(), "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
      assertThat(rows(shard.replicas().get(0))).isEqualTo("1");
      try (Connection connection = shard.primary().connect()) {
        assertThat(Sql.value(connection, "SELECT sync_state FROM pg_stat_replication"))
            .isEqualTo("quorum");
      }
    }
  }

  private static void run(ClusterNode node, String... statements) throws SQLException {
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String rows(ClusterNode node) throws SQLException {
    try (Connection connection = node.connect()) {
      return Sql.value(connection, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t");
    }
  }
}
