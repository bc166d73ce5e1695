package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A move from its beginning to its end, or back to where it began. */
class MoveTest {
  private static final int USERS = 2_000;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  private final MovingShards shards = new MovingShards(CLUSTER);

  @BeforeEach
  void createTables() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
  }

  @Test
  void rowsChangeTheirShardAndNothingElseIsLeft() throws SQLException {
    long before = shards.number(S0, "SELECT count(*) FROM users");
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      int move = mover.start(MOVING);
      mover.run(move);
      assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.SETTLED);
      assertThat(mover.verify(move)).isEmpty();
      mover.finish(move);

      assertThat(shards.misplaced(S0, mover.map())).isZero();
      assertThat(shards.misplaced(S1, mover.map())).isZero();
    }
    long left = shards.number(S0, "SELECT count(*) FROM users");
    assertThat(left).isLessThan(before).isPositive();
    assertThat(left + shards.number(S1, "SELECT count(*) FROM users")).isEqualTo(USERS);
    assertThat(
            shards.number(S0, "SELECT count(*) FROM posts")
                + shards.number(S1, "SELECT count(*) FROM posts"))
        .isEqualTo(USERS);
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }
}
