package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.reshard.engine.Settings;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A mover writes no faster than it may, and waits for replicas. */
class PacedMoveTest {
  private static final int USERS = 200;
  private static final int RATE = 500;

  @RegisterExtension
  static final ClusterExtension CLUSTER =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);
  private final List<String> waits = new ArrayList<>();

  @LongRun
  @Test
  void aReplicaThatDoesNotReplayIsWaitedForAndRowsTakeTheirTime() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
    onReplica("SELECT pg_wal_replay_pause()");
    Settings settings =
        Settings.DEFAULT
            .withPause(Duration.ofSeconds(30))
            .withFlip(Duration.ofMinutes(5))
            .notFasterThan(RATE, 1);
    try (Resharding mover =
        shards.mover().by(Strategy.DOUBLE_WRITE).waiting(settings).telling(new Waiting())) {
      mover.install(shards.map());
      int move = mover.start(MOVING);
      long begun = System.nanoTime();
      mover.run(move);
      long moved = shards.number(S1, "SELECT sum(rows) FROM shardjdbc.copied");

      assertThat(System.nanoTime() - begun).isGreaterThan(moved / 2 * 1_000_000_000L / RATE);
      assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.SETTLED);
      assertThat(waits).anyMatch(what -> what.startsWith("a replica of s1 is "));
      mover.finish(move);
    } finally {
      onReplica("SELECT pg_wal_replay_resume()");
    }
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  private static void onReplica(String sql) throws SQLException {
    try (Connection replica =
            CLUSTER.cluster().shard("s1").replicas().get(0).connect(CLUSTER.database());
        Statement statement = replica.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Lets the replica go on once it was waited for. */
  private final class Waiting implements MoveListener {
    @Override
    public void onBlocked(int move, String why) {
      waits.add(why);
      try {
        onReplica("SELECT pg_wal_replay_resume()");
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
  }
}
