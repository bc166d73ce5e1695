package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVED;
import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.reshard.CopyProgress;
import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.SplitProposal;
import io.shardjdbc.reshard.SplitRules;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.AutoSplit;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.reshard.engine.Settings;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows move between servers that cannot replicate by rows, by what their writers write down. */
class DoubleWriteTest {
  private static final int USERS = 300;
  private static final String OF_MOVED = MOVED.condition("hashint8extended(user_id, 0)");

  @RegisterExtension
  static final ClusterExtension CLUSTER =
      ClusterExtension.of(
          PostgresCluster.builder()
              .shards(2)
              .setting("wal_level", "replica")
              .setting("max_replication_slots", "0"));

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);

  @BeforeEach
  void install() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
    }
  }

  private Resharding mover() {
    return shards
        .mover()
        .by(Strategy.DOUBLE_WRITE)
        .waiting(
            Settings.DEFAULT.withPause(Duration.ofSeconds(30)).withFlip(Duration.ofMinutes(5)));
  }

  @LongRun
  @Test
  void rowsThatChangeTheirKeysOrVanishWhileTheyAreCopiedDoSoOnTheTarget() throws SQLException {
    long moved =
        shards.number(S0, "SELECT max(user_id) FROM posts WHERE " + OF_MOVED + " AND no = 0");
    MoveListener writing =
        new MoveListener() {
          @Override
          public void onProgress(int move, Step step, String what) {
            if (what.equals("rows of before")) {
              meanwhile(
                  "INSERT INTO posts VALUES (%1$d, 7, 'new'), (%1$d, 8, 'new')",
                  "UPDATE posts SET no = 9 WHERE user_id = %1$d AND no = 7",
                  "DELETE FROM posts WHERE user_id = %1$d AND no IN (0, 8)",
                  "UPDATE posts SET no = 5 WHERE user_id <> %1$d AND no = 0");
            }
          }

          private void meanwhile(String... statements) {
            try {
              for (String sql : statements) {
                shards.run(S0, sql.formatted(moved));
              }
            } catch (SQLException e) {
              throw new AssertionError(e);
            }
          }
        };
    try (Resharding mover = shards.mover()) {
      assertThat(mover.lookAhead(MOVING))
          .filteredOn(Finding::blocks)
          .extracting(Finding::what)
          .anyMatch(what -> what.contains("double-write"));
    }
    try (Resharding mover = mover().telling(writing)) {
      int move = mover.start(MOVING);
      mover.run(move);
      assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.SETTLED);
      assertThat(mover.verify(move)).isEmpty();
      mover.finish(move);
      assertThat(mover.audit()).isEmpty();
      assertThat(split(mover, Duration.ofHours(1))).as("rows have just moved").isEmpty();
      assertThat(split(mover, Duration.ZERO)).isPresent();
    }
    assertNoTraces();
    assertThat(shards.rows(S1, "SELECT no FROM posts WHERE user_id = " + moved))
        .containsExactly("9");
    assertThat(shards.number(S1, "SELECT count(*) FROM posts WHERE no = 0 AND " + OF_MOVED))
        .isZero();
  }

  @LongRun
  @Test
  void aCopyGoesOnBehindThePagesThatAnotherMoverHasCopied() throws SQLException {
    shards.run(
        S0,
        "INSERT INTO posts SELECT user_id, n, repeat('x', 1500) FROM posts,"
            + " generate_series(1, 60) n WHERE "
            + OF_MOVED);
    MoveListener dying =
        new MoveListener() {
          @Override
          public void onCopy(int move, CopyProgress progress) {
            throw new Dead();
          }
        };
    int move;
    try (Resharding mover = mover().telling(dying)) {
      move = mover.start(MOVING);
      assertThatThrownBy(() -> mover.run(move)).isInstanceOf(Dead.class);
    }
    long copied = shards.number(S1, "SELECT count(*) FROM posts WHERE " + OF_MOVED);
    long all = shards.number(S0, "SELECT count(*) FROM posts WHERE " + OF_MOVED);
    assertThat(copied).isPositive().isLessThan(all);
    try (Resharding mover = mover()) {
      mover.run(move);
      assertThat(shards.number(S1, "SELECT max(rows) FROM shardjdbc.copied")).isEqualTo(all);
      mover.finish(move);
    }
    assertThat(shards.number(S1, "SELECT count(*) FROM posts WHERE " + OF_MOVED)).isEqualTo(all);
    assertNoTraces();
  }

  @Test
  void aRowThatCollidesStopsTheCopyAndNothingIsLeftOfIt() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(shard, "ALTER TABLE users ADD mail text UNIQUE");
    }
    shards.run(S1, "UPDATE users SET mail = 'a' WHERE id = (SELECT max(id) FROM users)");
    shards.run(
        S0,
        "UPDATE users SET mail = 'a' WHERE id = (SELECT max(user_id) FROM posts WHERE "
            + OF_MOVED
            + ")");
    try (Resharding mover = mover()) {
      int move = mover.start(MOVING);
      assertThatThrownBy(() -> mover.run(move))
          .hasMessageContaining("SJ0911")
          .hasMessageContaining("users_mail_key");
      mover.abort(move);
      assertThat(mover.moves()).isEmpty();
      assertThat(mover.audit()).isEmpty();
    }
    assertNoTraces();
  }

  @LongRun
  @Test
  void whoKeepsTheOwnerFromChangingIsNamedWithTheWayToEndHim() throws SQLException {
    String write =
        "UPDATE users SET name = 'secret' WHERE id = (SELECT max(user_id) FROM posts WHERE "
            + OF_MOVED
            + ")";
    List<String> reasons = new ArrayList<>();
    try (Connection open = shards.connect(S0);
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      MoveListener writing =
          new MoveListener() {
            @Override
            public void onProgress(int move, Step step, String what) {
              if (what.equals("copied")) {
                run(write);
              }
            }

            @Override
            public void onBlocked(int move, String why) {
              reasons.add(why);
              if (why.contains("SELECT pg_terminate_backend(")) {
                run("PREPARE TRANSACTION 'of nobody'");
              } else if (why.contains("end it: ROLLBACK PREPARED 'of nobody'")) {
                shardsRun("ROLLBACK PREPARED 'of nobody'");
              }
            }

            private void run(String sql) {
              try {
                statement.execute(sql);
              } catch (SQLException e) {
                throw new AssertionError(e);
              }
            }

            private void shardsRun(String sql) {
              try {
                shards.run(S0, sql);
              } catch (SQLException e) {
                throw new AssertionError(e);
              }
            }
          };
      try (Resharding mover = mover().telling(writing)) {
        int move = mover.start(MOVING);
        mover.run(move);
        mover.finish(move);
      }
    }
    assertThat(reasons)
        .anyMatch(why -> why.contains("idle in transaction: UPDATE users SET name ("))
        .anyMatch(why -> why.contains("ROLLBACK PREPARED"))
        .noneMatch(why -> why.contains("secret"));
    assertNoTraces();
  }

  @Test
  void aTableWhoseRowsCannotBeNamedIsRefused() throws SQLException {
    shards.run(S0, "ALTER TABLE posts DROP CONSTRAINT posts_pkey");
    shards.run(S0, "ALTER TABLE posts REPLICA IDENTITY FULL");
    try (Resharding mover = mover()) {
      assertThatThrownBy(() -> mover.start(MOVING))
          .hasMessageContaining("SJ0905")
          .hasMessageContaining("posts has no primary key that holds user_id");
    }
  }

  private static Optional<SplitProposal> split(Resharding mover, Duration between)
      throws SQLException {
    SplitRules full = new SplitRules(0, 1, 1, Duration.ZERO, between);
    return new AutoSplit(mover, full, List.of(S0, S1)).look();
  }

  private void assertNoTraces() throws SQLException {
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  private static final class Dead extends Error {
    private static final long serialVersionUID = 1L;
  }
}
