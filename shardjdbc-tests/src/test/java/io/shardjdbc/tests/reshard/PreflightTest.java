package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What would stop a move is found before it begins. */
class PreflightTest {

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  private final MovingShards shards = new MovingShards(CLUSTER);

  @BeforeEach
  void install() throws SQLException {
    shards.run(S0, "DROP TABLE IF EXISTS likes");
    shards.createTables();
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
    }
  }

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  @Test
  void nothingIsInTheWayOfTablesThatAreWell() throws SQLException {
    assertThat(blocking(MOVING)).isEmpty();
    try (Resharding mover = shards.mover()) {
      assertThat(mover.lookAhead(MOVING))
          .extracting(Finding::what)
          .noneMatch(what -> what.contains("unique index"));
    }
  }

  @Test
  void tablesThatAreNotWellAreNamed() throws SQLException {
    shards.run(S0, "ALTER TABLE users ADD mail text UNIQUE");
    assertThat(blocking(MOVING)).containsExactly("table users has other columns on s1");
    shards.run(S1, "ALTER TABLE users ADD mail text UNIQUE");
    try (Resharding mover = shards.mover()) {
      assertThat(mover.lookAhead(MOVING))
          .extracting(Finding::what)
          .anyMatch(what -> what.startsWith("unique index users_mail_key"));
    }

    shards.run(S1, "ALTER TABLE posts DROP CONSTRAINT posts_pkey");
    assertThat(blocking(MOVING))
        .containsExactly("the replica identity of posts lacks its key user_id");
    shards.run(S1, "ALTER TABLE posts REPLICA IDENTITY FULL");
    assertThat(blocking(MOVING)).isEmpty();

    shards.run(S0, "CREATE TABLE likes (user_id bigint REFERENCES users)");
    assertThat(blocking(MOVING))
        .containsExactly("foreign key likes_user_id_fkey of a table that stays refers to users");
  }

  @Test
  void rowsOfTheSourceThatLieOnTheTargetAreNamed() throws SQLException {
    shards.run(
        S1,
        "INSERT INTO users (id) SELECT g FROM generate_series(1, 100) g WHERE "
            + MovingShards.MOVED.condition("hashint8extended(g, 0)")
            + " LIMIT 1");

    assertThat(blocking(MOVING)).containsExactly("table users has rows on s1 that belong to s0");
    try (Resharding mover = shards.mover()) {
      assertThatThrownBy(() -> mover.start(MOVING))
          .isInstanceOf(ReshardException.class)
          .hasMessageContaining("SJ0905");
      assertThat(mover.moves()).isEmpty();
    }
  }

  @Test
  void whatTheSourceDoesNotOwnDoesNotMove() throws SQLException {
    Moving tooMuch = new Moving("users", Positions.ALL, S0, S1);
    Moving nothing = new Moving("users", Positions.NONE, S0, S1);

    assertThat(blocking(tooMuch)).containsExactly("shard s0 does not own all of the positions");
    assertThat(blocking(nothing)).containsExactly("nothing is to move");
  }

  @Test
  void oneMoveIsMadeAfterTheOther() throws SQLException {
    try (Resharding mover = shards.mover()) {
      int move = mover.start(MOVING);

      assertThat(blocking(MOVING)).containsExactly("move " + move + " has not ended yet");
      mover.abort(move);
      assertThat(blocking(MOVING)).isEmpty();
    }
  }

  @Test
  void oneMoverWorksAtATime() throws SQLException {
    try (Resharding mover = shards.mover();
        Resharding other = shards.mover()) {
      int move = mover.start(MOVING);

      assertThatThrownBy(() -> other.run(move)).hasMessageContaining("SJ0906");
      other.takeOver();
      other.abort(move);
      assertThat(other.moves()).isEmpty();
      assertThatThrownBy(() -> other.run(move)).hasMessageContaining("SJ0909");
    }
  }

  private List<String> blocking(Moving moving) throws SQLException {
    try (Resharding mover = shards.mover()) {
      return mover.lookAhead(moving).stream().filter(Finding::blocks).map(Finding::what).toList();
    }
  }
}
