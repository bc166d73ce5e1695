package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that move rows are killed and stopped at drawn moments, and others go on. */
@LongRun
class KilledProcessTest {
  private static final int USERS = 200;
  private static final int ROUNDS = Integer.getInteger("shardjdbc.reshard.rounds", 1);
  private static final int KILLS = Integer.getInteger("shardjdbc.reshard.kills", 2);
  private static final long SEED = Long.getLong("shardjdbc.reshard.seed", 4);

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  @Test
  void nothingIsLostDoubledOrMisplaced() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long seed = SEED + round;
      assertThat(move(new Random(seed))).as("seed %d", seed).isEmpty();
    }
  }

  private List<String> move(Random random) throws SQLException, IOException, InterruptedException {
    shards.createTables();
    shards.fill(USERS);
    List<String> wrong = new ArrayList<>();
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      mover.start(MOVING);
    }
    List<ForkedJvm> stopped = new ArrayList<>();
    try (Load load = Load.ofAllKinds(shards, USERS)) {
      for (int i = 0; i < KILLS; i++) {
        ForkedJvm mover = fork();
        read(mover, 1 + random.nextInt(25));
        if (random.nextInt(3) == 0) {
          signal("STOP", mover);
          stopped.add(mover);
        } else {
          mover.killHard();
        }
      }
      for (ForkedJvm mover : stopped) {
        signal("CONT", mover); // it wakes while another one is at work
      }
      try (ForkedJvm last = fork()) {
        last.awaitLine("done");
      }
      wrong.addAll(load.stop());
      wrong.addAll(load.check(shards.numbers()));
    } finally {
      stopped.forEach(ForkedJvm::close);
    }
    try (Resharding mover = shards.mover()) {
      for (MoveStatus move : mover.moves()) {
        if (move.step() != Step.DONE) {
          wrong.add("move is at " + move.step());
        }
      }
      mover.audit().forEach(misplaced -> wrong.add(misplaced.toString()));
    }
    wrong.addAll(shards.traces(S0));
    wrong.addAll(shards.traces(S1));
    return wrong;
  }

  private ForkedJvm fork() throws IOException {
    return ForkedJvm.run(
        List.of(),
        System.getProperty("java.class.path"),
        List.of(),
        MoverProgram.class,
        shards.urls().get(S0),
        shards.urls().get(S1));
  }

  /** Reads some lines, or until it is done. */
  private static void read(ForkedJvm mover, int lines) {
    int[] left = {lines};
    while (left[0]-- > 0 && !mover.awaitLine("").equals("done")) {
      // what it says is where it is killed
    }
  }

  private static void signal(String name, ForkedJvm mover)
      throws IOException, InterruptedException {
    if (mover.pid().isPresent()) {
      new ProcessBuilder("kill", "-" + name, String.valueOf(mover.pid().get())).start().waitFor();
    }
  }
}
