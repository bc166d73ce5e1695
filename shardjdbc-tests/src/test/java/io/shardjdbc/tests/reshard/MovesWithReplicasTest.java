package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.ComingKeys.USERS;
import static io.shardjdbc.tests.reshard.ComingKeys.number;
import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.reshard.engine.Settings;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rows move while no replica replays: none may show them as they were before their owner changed.
 */
@LongRun
class MovesWithReplicasTest {

  @RegisterExtension
  static final ClusterExtension CLUSTER =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Settings LONG = Settings.DEFAULT.withPause(PATIENCE);

  /** Whoever waits for a replica only gives up soon. */
  private static final Settings SHORT = LONG.withBarrier(Duration.ofSeconds(3));

  /** A lag does not matter, so nothing but a move keeps a read from replicas. */
  private static final ReadIntent STALE = ReadIntent.bounded(Duration.ofHours(1));

  @RegisterExtension static final ComingKeys keys = new ComingKeys(CLUSTER);

  private static final MovingShards shards = keys.shards();
  private long user;

  /** It has known the replicas since they replayed. */
  private ShardDataSource process;

  @BeforeEach
  void install() throws SQLException {
    keys.install();
    user = keys.moved(0);
    CLUSTER.cluster().awaitReplication();
    process = open();
  }

  @AfterEach
  void close() throws SQLException {
    process.close();
    resume();
  }

  private static void resume() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      replica(shard).resumeReplay();
    }
  }

  private static ClusterNode replica(ShardId shard) {
    return CLUSTER.shard(shard.name()).replicas().get(0);
  }

  private static Resharding mover(Strategy strategy, Settings settings) {
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    for (ClusterShard shard : CLUSTER.cluster().shards()) {
      servers.put(
          new ShardId(shard.name()),
          new ShardServers(
              shard.primary().jdbcUrl(CLUSTER.database()),
              List.of(shard.replicas().get(0).jdbcUrl(CLUSTER.database())),
              new Properties()));
    }
    return Resharding.over(servers).by(strategy).waiting(settings);
  }

  private static ShardDataSource open() throws SQLException {
    ConfigurationBuilder builder = Configuration.builder();
    for (ClusterShard shard : CLUSTER.cluster().shards()) {
      builder.shard(
          new ShardConfiguration(
              new ShardId(shard.name()),
              NodeConfiguration.of(shard.primary().jdbcUrl(CLUSTER.database())),
              List.of(NodeConfiguration.of(shard.replicas().get(0).jdbcUrl(CLUSTER.database())))));
    }
    ReadSettings forgetful = ReadSettings.builder().readYourWrites(ReadYourWrites.OFF).build();
    ShardDataSource process =
        ShardDataSource.of(
            builder
                .reads(forgetful)
                .tables(t -> t.sharded("users", "id").sharded("posts", "user_id"))
                .build());
    Deadline.in(PATIENCE)
        .await(
            "replicas are known",
            () ->
                process.health().stream()
                        .flatMap(shard -> shard.nodes().stream())
                        .filter(node -> node.state() == NodeHealth.State.REPLICA)
                        .filter(node -> node.lag().isPresent())
                        .count()
                    == 2);
    return process;
  }

  /** By a key, by several, of all shards, and what one server puts together. */
  private void assertSees(long n) throws SQLException {
    try (Connection connection = process.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(STALE);
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + user)).isEqualTo(n);
      assertThat(number(connection, "SELECT sum(n) FROM users")).isEqualTo(n);
      assertThat(number(connection, "SELECT count(*) FROM users")).isEqualTo(USERS);
      assertThat(number(connection, "SELECT count(DISTINCT n) FROM users")).isEqualTo(2);
      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM users u JOIN posts p ON p.user_id = u.id WHERE n = " + n))
          .isEqualTo(1);
    }
  }

  @Test
  void whatComesKeyByKeyIsNotReadOnReplicas() throws SQLException {
    int move;
    try (Resharding mover = mover(Strategy.READ_THROUGH, LONG).telling(stopping(Step.ARRIVE))) {
      move = mover.start(MOVING);
      assertThatThrownBy(() -> mover.run(move)).isInstanceOf(ComingKeys.Dead.class);
    }
    assertSees(5);
    try (Resharding mover = mover(Strategy.READ_THROUGH, LONG)) {
      mover.run(move);
    }
    assertSees(5);
    process.close();
    replica(S0).resumeReplay();
    try (Resharding mover = mover(Strategy.READ_THROUGH, SHORT)) {
      assertThatThrownBy(() -> mover.finish(move))
          .hasMessageContaining("replica of s1 does not replay");
    }
    resume();
    try (Resharding mover = mover(Strategy.READ_THROUGH, LONG)) {
      mover.finish(move);
    }
    keys.assertNoTraces();
  }

  @LongRun
  @Test
  void whatHasComeBackIsReadOnReplicasOnlyWhenTheyHaveIt() throws SQLException {
    int move;
    try (Resharding mover = mover(Strategy.DOUBLE_WRITE, LONG).telling(stopping(null))) {
      move = mover.start(MOVING);
      mover.run(move);
    }
    assertSees(5);
    shards.run(S1, "UPDATE users SET n = 6 WHERE id = " + user);
    process.close();
    replica(S1).resumeReplay();
    try (Resharding mover = mover(Strategy.DOUBLE_WRITE, SHORT)) {
      assertThatThrownBy(() -> mover.rollBack(move))
          .hasMessageContaining("replica of s0 does not replay");
    }
    resume();
    try (Resharding mover = mover(Strategy.DOUBLE_WRITE, LONG)) {
      mover.rollBack(move);
    }
    keys.assertNoTraces();
  }

  /** Replicas stop when the owner is about to change, and a moment later the mover dies. */
  private MoveListener stopping(@Nullable Step last) {
    return new MoveListener() {
      @Override
      public void onStep(int move, Step step) {
        if (step == Step.FLIP) {
          stop();
        }
        if (step == last) {
          throw new ComingKeys.Dead();
        }
      }
    };
  }

  private void stop() {
    try {
      for (ShardId shard : List.of(S0, S1)) {
        replica(shard).pauseReplay();
      }
      shards.run(S0, "UPDATE users SET n = 5 WHERE id = " + user);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
