package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replicas of a shard that gets keys of another one. */
class MapChangeReplicasTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final Duration LONG = Duration.ofMinutes(10);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Replicated.builder(cluster.cluster(), cluster.database())
            .reads(
                ReadSettings.builder().maxLag(LONG).staleThreshold(LONG).writeMemory(LONG).build())
            .build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void replicasGoOn() throws SQLException {
    for (ClusterNode replica : cluster.shard("s1").replicas()) {
      replica.resumeReplay();
    }
  }

  @Test
  void aRowThatWasMovedIsReadWhereReplicasHaveSeenItOnly() throws SQLException {
    ShardMap before = RunningMap.of(dataSource);
    Placement more = HashRing.builder().shards(before.shards()).virtualNodes(7).build();
    long moved = key(before.placement("users"), more, "s0", "s1");
    long staying = key(before.placement("users"), more, "s1", "s1");
    Replicated.awaitReplicas(dataSource, staying);
    for (ClusterNode replica : cluster.shard("s1").replicas()) {
      replica.pauseReplay();
    }
    try (Connection to = cluster.connect("s1")) {
      Sample.update(to, "INSERT INTO users (user_id, name) VALUES (?, 'moved')", moved);
    }
    RunningMap.install(dataSource, before.next(before.shards(), Map.of("users", more)));

    try (Connection connection = dataSource.getConnection()) {
      assertThat(Sample.rows(connection, Replicated.NAME, moved)).isEqualTo(List.of("moved"));
    }
  }

  private static long key(Placement before, Placement after, String from, String to) {
    long key = 1_000_000;
    while (!before.shardOf(Key.of(key)).name().equals(from)
        || !after.shardOf(Key.of(key)).name().equals(to)) {
      key++;
    }
    return key;
  }
}
