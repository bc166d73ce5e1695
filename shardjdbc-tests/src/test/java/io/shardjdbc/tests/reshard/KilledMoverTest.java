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
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.Whole;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A mover that dies at any point leaves a move that another one carries on, gives up or takes back,
 * while processes write and read.
 */
@LongRun
class KilledMoverTest {
  private static final int USERS = 100;
  private static final List<Integer> ALL_TURNS = List.of(0, 1, 2, 3);

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);

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

  /** Reading through is not among them: its load has to bring keys. */
  private static List<Strategy> byOneAfterTheOther() {
    return Whole.or(
        List.of(Strategy.REPLICATE), List.of(Strategy.REPLICATE, Strategy.DOUBLE_WRITE));
  }

  @ParameterizedTest
  @MethodSource("byOneAfterTheOther")
  void aMoveIsMadeByOneMoverAfterTheOther(Strategy strategy) throws Exception {
    try (Load load = Load.ofAllKinds(shards, USERS)) {
      int move = start(strategy);
      int killed = untilDone(strategy, mover -> mover.run(move));
      killed += untilDone(strategy, mover -> mover.finish(move));

      assertThat(killed).isGreaterThanOrEqualTo(5 * turns(strategy).size());
      whole(load);
    }
    assertThat(shards.number(S0, "SELECT count(*) FROM users"))
        .isEqualTo(shards.number(S0, "SELECT count(*) FROM users WHERE NOT (" + moved() + ")"));
  }

  @LongRun
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READ_THROUGH") // only forward
  void aMoveIsTakenBackByOneMoverAfterTheOther(Strategy strategy) throws Exception {
    try (Load load = Load.ofAllKinds(shards, USERS)) {
      int move = start(strategy);
      try (Resharding mover = shards.mover()) {
        mover.run(move);
      }
      int killed = untilDone(strategy, mover -> mover.rollBack(move));

      assertThat(killed).isGreaterThanOrEqualTo(5 * turns(strategy).size() / 2);
      whole(load);
    }
    assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE " + moved())).isZero();
  }

  @LongRun
  @ParameterizedTest
  @EnumSource
  void aMoveIsGivenUpFromEachStepBeforeItsFlip(Strategy strategy) throws Exception {
    try (Load load = Load.of(shards, USERS, 1)) {
      for (Step step : beforeTheFlip(strategy)) {
        if (step == Step.VERIFY && strategy == Strategy.READ_THROUGH) {
          continue; // its rows come, and are compared, after the flip
        }
        int move = start(strategy);
        Killer killer = new Killer(step, ALL_TURNS);
        assertThat(dies(killer, mover -> mover.run(move))).as("killed at " + step).isTrue();
        if (step == Step.VERIFY) {
          untilDone(strategy, mover -> mover.abort(move));
        } else {
          takeOver(mover -> mover.abort(move));
        }
        assertThat(shards.number(S0, "SELECT count(*) FROM shardjdbc.move")).isZero();
      }
      whole(load);
    }
    assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE " + moved())).isZero();
  }

  private static List<Step> beforeTheFlip(Strategy strategy) {
    List<Step> all = List.of(Step.PREPARE, Step.COPY, Step.VERIFY, Step.FLIP);
    List<Step> some =
        strategy == Strategy.DOUBLE_WRITE ? List.of(Step.COPY, Step.FLIP) : List.of(Step.FLIP);
    return strategy == Strategy.REPLICATE ? all : Whole.or(some, all);
  }

  private interface Doing {
    void with(Resharding mover) throws SQLException;
  }

  private int start(Strategy strategy) throws SQLException {
    try (Resharding mover = shards.mover().by(strategy)) {
      return mover.start(MOVING);
    }
  }

  /** Each strategy has one point of four for its own; what they share is tried by one of them. */
  private static List<Integer> turns(Strategy strategy) {
    return Whole.or(List.of(strategy.ordinal() % ALL_TURNS.size()), ALL_TURNS);
  }

  /** Kills a mover at each point in its turn once; how often one was killed. */
  private int untilDone(Strategy strategy, Doing doing) throws SQLException {
    Killer killer = new Killer(null, turns(strategy));
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

  /** Ends a mover at each point in its turn, the first time that one comes there. */
  private static final class Killer implements MoveListener {
    private final Set<String> seen = new HashSet<>();
    private final @Nullable Step only;
    private final List<Integer> turns;

    Killer(@Nullable Step only, List<Integer> turns) {
      this.only = only;
      this.turns = turns;
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
      if (wanted && seen.add(step + what) && turns.contains(seen.size() % ALL_TURNS.size())) {
        throw new Killed();
      }
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }
}
