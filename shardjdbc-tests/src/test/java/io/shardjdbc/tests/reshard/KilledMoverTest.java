package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A mover that dies at any point leaves a move that another one carries on, gives up or takes back,
 * while processes write and read.
 */
class KilledMoverTest {
  private static final int USERS = 200;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  private final MovingShards shards = new MovingShards(CLUSTER);

  @BeforeEach
  void createTables() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
    }
  }

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READ_THROUGH") // its load has to bring keys
  void aMoveIsMadeByOneMoverAfterTheOther(Strategy strategy) throws Exception {
    try (Load load = Load.ofAllKinds(shards, USERS)) {
      int move = start(strategy);
      int killed = untilDone(mover -> mover.run(move));
      killed += untilDone(mover -> mover.finish(move));

      assertThat(killed).isGreaterThanOrEqualTo(20);
      whole(load);
    }
    assertThat(shards.number(S0, "SELECT count(*) FROM users"))
        .isEqualTo(shards.number(S0, "SELECT count(*) FROM users WHERE NOT (" + moved() + ")"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READ_THROUGH") // only forward
  void aMoveIsTakenBackByOneMoverAfterTheOther(Strategy strategy) throws Exception {
    try (Load load = Load.ofAllKinds(shards, USERS)) {
      int move = start(strategy);
      try (Resharding mover = shards.mover()) {
        mover.run(move);
      }
      int killed = untilDone(mover -> mover.rollBack(move));

      assertThat(killed).isGreaterThanOrEqualTo(10);
      whole(load);
    }
    assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE " + moved())).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aMoveIsGivenUpFromEachStepBeforeItsFlip(Strategy strategy) throws Exception {
    try (Load load = Load.of(shards, USERS, 1)) {
      for (Step step : new Step[] {Step.PREPARE, Step.COPY, Step.VERIFY, Step.FLIP}) {
        if (step == Step.VERIFY && strategy == Strategy.READ_THROUGH) {
          continue; // its rows come, and are compared, after the flip
        }
        int move = start(strategy);
        Killer killer = new Killer(step);
        assertThat(dies(killer, mover -> mover.run(move))).as("killed at " + step).isTrue();
        if (step == Step.VERIFY) {
          untilDone(mover -> mover.abort(move));
        } else {
          takeOver(mover -> mover.abort(move));
        }
        assertThat(shards.number(S0, "SELECT count(*) FROM shardjdbc.move")).isZero();
      }
      whole(load);
    }
    assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE " + moved())).isZero();
  }

  private interface Doing {
    void with(Resharding mover) throws SQLException;
  }

  private int start(Strategy strategy) throws SQLException {
    try (Resharding mover = shards.mover().by(strategy)) {
      return mover.start(MOVING);
    }
  }

  /** Kills a mover at each point once; how often one was killed. */
  private int untilDone(Doing doing) throws SQLException {
    Killer killer = new Killer(null);
    int killed = 0;
    while (dies(killer, doing)) {
      killed++;
    }
    return killed;
  }

  /** The dead one's sessions stay, as those of a process that was stopped. */
  private boolean dies(Killer killer, Doing doing) throws SQLException {
    Resharding mover = shards.mover().telling(killer);
    try {
      mover.takeOver();
      doing.with(mover);
    } catch (Killed e) {
      return true;
    }
    mover.close();
    return false;
  }

  private void takeOver(Doing doing) throws SQLException {
    try (Resharding mover = shards.mover()) {
      mover.takeOver();
      doing.with(mover);
    }
  }

  private void whole(Load load) throws Exception {
    assertThat(load.stop()).isEmpty();
    assertThat(load.check(shards.numbers())).isEmpty();
    try (Resharding mover = shards.mover()) {
      assertThat(shards.misplaced(S0, mover.map())).isZero();
      assertThat(shards.misplaced(S1, mover.map())).isZero();
      assertThat(mover.map().placement("users").holds()).isEmpty();
      assertThat(mover.map().placement("users").hides()).isEmpty();
    }
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  private static String moved() {
    return MovingShards.MOVED.condition("hashint8extended(id, 0)");
  }

  /** Ends a mover at each point at which none has been ended before. */
  private static final class Killer implements MoveListener {
    private final Set<String> seen = new HashSet<>();
    private final @Nullable Step only;

    Killer(@Nullable Step only) {
      this.only = only;
    }

    @Override
    public void onStep(int move, Step step) {
      kill(step, "");
    }

    @Override
    public void onProgress(int move, Step step, String what) {
      kill(step, what.replaceAll("[0-9]+ ", ""));
    }

    private void kill(Step step, String what) {
      boolean wanted = only == null || (only == step && !what.isEmpty());
      if (wanted && seen.add(step + what)) {
        throw new Killed();
      }
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }
}
