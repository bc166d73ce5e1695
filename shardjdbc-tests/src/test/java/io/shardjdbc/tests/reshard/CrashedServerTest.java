package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A server of a move is killed at a drawn point and comes back; what was acknowledged is there. */
class CrashedServerTest {
  private static final int USERS = 200;
  private static final int CRASHES = Integer.getInteger("shardjdbc.reshard.crashes", 1);
  private static final long SEED = Long.getLong("shardjdbc.reshard.seed", 4);
  private static final Duration SOON = Duration.ofMinutes(1);

  /** What a mover says just before. */
  private static final List<String> POINTS =
      List.of(
          "subscription",
          "rehearsed",
          "closed",
          "locked",
          "the target has everything",
          "s1 owns the rows",
          "map",
          "forward stream ended",
          "way back",
          "way back closed");

  @LongRun
  @Test
  void whatWasAcknowledgedIsThere() throws Exception {
    List<Crash> crashes = new ArrayList<>();
    POINTS.forEach(point -> crashes.add(new Crash(S0, point)));
    POINTS.forEach(point -> crashes.add(new Crash(S1, point)));
    Collections.shuffle(crashes, new Random(SEED));
    try (PostgresCluster cluster = PostgresCluster.builder().shards(2).start();
        MovingShards shards = new MovingShards(cluster, "app")) {
      cluster.createDatabase("app");
      for (Crash crash : crashes.subList(0, Math.min(CRASHES, crashes.size()))) {
        ClusterNode server = cluster.shard(crash.shard.name()).primary();
        assertThat(move(shards, server, crash.point)).as("%s, seed %d", crash, SEED).isEmpty();
      }
    }
  }

  private record Crash(ShardId shard, String point) {}

  private static List<String> move(MovingShards shards, ClusterNode server, String point)
      throws SQLException {
    shards.createTables();
    shards.fill(USERS);
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      mover.start(MOVING);
    }
    List<String> wrong = new ArrayList<>();
    try (Load load = Load.ofAllKinds(shards, USERS)) {
      Crashing crashing = new Crashing(server, point);
      Deadline.in(SOON).await("the move is made", () -> isMade(shards, crashing));
      if (!crashing.done) {
        wrong.add("nothing was killed at " + point);
      }
      wrong.addAll(load.stop());
      wrong.addAll(load.check(shards.numbers()));
    }
    try (Resharding mover = shards.mover()) {
      mover.audit().forEach(misplaced -> wrong.add(misplaced.toString()));
    }
    wrong.addAll(shards.traces(S0));
    wrong.addAll(shards.traces(S1));
    return wrong;
  }

  /** Carries on as far as it goes; whoever is left of a mover before is ended. */
  private static boolean isMade(MovingShards shards, Crashing crashing) {
    try (Resharding mover = shards.mover().telling(crashing)) {
      mover.takeOver();
      mover.resume();
      for (MoveStatus move : mover.moves()) {
        if (move.step() == Step.SETTLED) {
          mover.finish(move.id());
        }
      }
      return mover.moves().stream().allMatch(move -> move.step() == Step.DONE);
    } catch (SQLException e) {
      return false; // the server is away
    }
  }

  /** Kills a server once, at one point, and starts it again. */
  private static final class Crashing implements MoveListener {
    private final ClusterNode server;
    private final String point;
    private boolean done;

    Crashing(ClusterNode server, String point) {
      this.server = server;
      this.point = point;
    }

    @Override
    public void onProgress(int move, Step step, String what) {
      if (!done && what.equals(point)) {
        done = true;
        server.kill();
        server.start();
      }
    }
  }
}
