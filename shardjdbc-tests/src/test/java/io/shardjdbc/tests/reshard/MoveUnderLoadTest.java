package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Processes write and read while rows move there and back.
 *
 * <p>They share few users, so that one reads what another has written a moment ago.
 */
@LongRun
class MoveUnderLoadTest {
  private static final int ROUNDS = Integer.getInteger("shardjdbc.reshard.flips", 1);
  private static final int USERS = Integer.getInteger("shardjdbc.reshard.users", 40);
  private static final boolean SHOW = Boolean.getBoolean("shardjdbc.reshard.show");

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  @Test
  void eachWriteIsKeptAndEachReadSeesWhatItWasPromised() throws Exception {
    shards.createTables();
    shards.fill(USERS);
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      try (Load load = SHOW ? Load.of(shards, USERS, 3) : Load.ofAllKinds(shards, USERS)) {
        warmUp(load);
        show("without a move", load);
        for (int round = 0; round < ROUNDS; round++) {
          int move = mover.start(MOVING);
          mover.run(move);
          mover.rollBack(move);
        }
        show("there and back, " + ROUNDS + " times", load);
        int move = mover.start(MOVING);
        mover.run(move);
        mover.finish(move);

        assertThat(load.stop()).isEmpty();
        assertThat(load.check(shards.numbers())).isEmpty();
      }
      assertThat(mover.audit()).isEmpty();
    }
  }

  private static void warmUp(Load load) {
    int writes = SHOW ? 10_000 : 100;
    Deadline.in(Duration.ofMinutes(1)).await("writes are done", () -> load.writes() > writes / 2);
    load.forgetTimes();
    Deadline.in(Duration.ofMinutes(1)).await("writes are done", () -> load.writes() > writes);
  }

  @SuppressWarnings("SystemOut")
  private static void show(String when, Load load) {
    if (SHOW) {
      System.out.println(when + ":\n" + load.times());
    }
    load.forgetTimes();
  }
}
