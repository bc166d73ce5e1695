package io.shardjdbc.tests.reshard;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A mover in a process of its own, which says what it does until it is killed. */
public final class MoverProgram {

  private MoverProgram() {}

  /** The URLs of s0 and s1: carries on whatever moves there, to its end. */
  public static void main(String[] args) throws SQLException {
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    servers.put(MovingShards.S0, ShardServers.of(args[0]));
    servers.put(MovingShards.S1, ShardServers.of(args[1]));
    try (Resharding mover = Resharding.over(servers).telling(new Saying())) {
      say("takes over");
      mover.takeOver();
      mover.resume();
      for (MoveStatus move : mover.moves()) {
        if (move.step() == Step.SETTLED) {
          mover.finish(move.id());
        }
      }
    }
    say("done");
  }

  @SuppressWarnings("SystemOut")
  private static void say(String what) {
    System.out.println(what);
  }

  private static final class Saying implements MoveListener {
    @Override
    public void onStep(int move, Step step) {
      say("step " + step);
    }

    @Override
    public void onProgress(int move, Step step, String what) {
      say(what);
    }
  }
}
