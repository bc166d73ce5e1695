package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Orphan;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.copy.Stream;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.reshard.engine.Settings;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** A move from its beginning to its end, or back to where it began. */
class MoveTest {
  private static final int USERS = 500;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);

  @BeforeEach
  void createTables() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
  }

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  /** Of its own session only: copies come and go under an origin. */
  @LongRun
  @Test
  void whoFollowsTheChangesOfUsersDoesNotSeeThemMove() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "CREATE PUBLICATION followed FOR TABLE users",
          "SELECT pg_create_logical_replication_slot('followed_" + shard + "', 'pgoutput')");
    }
    long user = shards.number(S0, "SELECT min(id) FROM users WHERE " + ComingKeys.OF_MOVED);
    shards.run(S0, "UPDATE users SET n = 5 WHERE id = " + user);
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      int move = mover.start(MOVING);
      mover.run(move);
      mover.finish(move);
    }
    shards.run(S1, "UPDATE users SET n = 6 WHERE id = " + user);
    assertThat(followed(S0)).as("an update").isEqualTo("U");
    assertThat(followed(S1)).as("an update").isEqualTo("U");
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "SELECT pg_drop_replication_slot('followed_" + shard + "')",
          "DROP PUBLICATION followed");
    }
  }

  /** The changes that a consumer hears, each by a letter. */
  private String followed(ShardId shard) throws SQLException {
    boolean origins = shards.number(shard, "SHOW server_version_num") >= 160_000;
    String heard =
        shards
            .rows(
                shard,
                "SELECT string_agg(chr(get_byte(data, 0)), '') FROM"
                    + " pg_logical_slot_get_binary_changes('followed_"
                    + shard
                    + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'followed'"
                    + (origins ? ", 'origin', 'none')" : ")")
                    + " WHERE get_byte(data, 0) IN (ascii('I'), ascii('U'), ascii('D'))")
            .get(0);
    return origins ? heard : "U"; // servers of before do not tell them apart
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

  @LongRun
  @Test
  void aTargetThatTakesItsTimeIsGivenMoreEachTime() throws SQLException {
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      shards.run(
          S1,
          "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              + " PERFORM pg_sleep(0.15); RETURN new; END $$",
          "CREATE TRIGGER slow BEFORE INSERT ON shardjdbc.marker FOR EACH ROW EXECUTE FUNCTION"
              + " slow()",
          "ALTER TABLE shardjdbc.marker ENABLE ALWAYS TRIGGER slow");
      mover.waiting(Settings.DEFAULT.withFlip(Duration.ofSeconds(10)));
      int move = mover.start(MOVING);
      mover.run(move);
      assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.SETTLED);
      mover.finish(move);
    } finally {
      shards.run(S1, "DROP FUNCTION IF EXISTS slow CASCADE");
    }
  }

  @LongRun
  @Test
  void aRowThatCollidesStopsTheCopyAndNothingIsLeftOfIt() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(shard, "ALTER TABLE users ADD mail text UNIQUE");
    }
    shards.run(S1, "UPDATE users SET mail = 'a' WHERE id = (SELECT max(id) FROM users)");
    String moved = MovingShards.MOVED.condition("hashint8extended(id, 0)");
    shards.run(
        S0,
        "UPDATE users SET mail = 'a' WHERE id = (SELECT max(id) FROM users WHERE " + moved + ")");
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      int move = mover.start(MOVING);

      assertThatThrownBy(() -> mover.run(move)).hasMessageContaining("SJ0911");
      mover.abort(move);
      assertThat(mover.moves()).isEmpty();
      assertThat(mover.audit()).isEmpty();
    }
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  @Test
  void aRowThatDiffersKeepsTheOwnerFromChanging() throws SQLException {
    MoveListener meddling =
        new MoveListener() {
          @Override
          public void onProgress(int move, Step step, String what) {
            if (what.equals("copied")) {
              meddle("UPDATE users SET name = 'other'", "id");
            }
          }
        };
    try (Resharding mover = shards.mover().telling(meddling)) {
      mover.install(shards.map());
      int move = mover.start(MOVING);

      assertThatThrownBy(() -> mover.run(move)).hasMessageContaining("SJ0912");
      assertThat(mover.moves()).extracting(MoveStatus::phase).containsExactly("outgoing");
      assertThat(mover.verify(move)).contains("users at");
      mover.abort(move);
    }
  }

  @LongRun
  @Test
  void aRowThatIsMissingKeepsCopiesFromBeingDeleted() throws SQLException {
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      int move = mover.start(MOVING);
      mover.run(move);
      meddle("DELETE FROM posts", "user_id");
      long before = shards.number(S0, "SELECT count(*) FROM posts");

      assertThatThrownBy(() -> mover.finish(move)).hasMessageContaining("SJ0912");
      assertThat(shards.number(S0, "SELECT count(*) FROM posts")).isEqualTo(before);
    }
  }

  @LongRun
  @Test
  void whatAMoveLeavesWhoseMapIsDroppedIsFoundAndRemoved() throws SQLException {
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      mover.run(mover.start(MOVING));
      assertThat(mover.orphans()).as("the way back is a move's").isEmpty();
    }
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "DROP EVENT TRIGGER IF EXISTS shardjdbc_altered",
          "DROP EVENT TRIGGER IF EXISTS shardjdbc_dropped",
          "DROP SCHEMA shardjdbc CASCADE");
    }
    String server = shards.rows(S1, "SELECT system_identifier FROM pg_control_system()").get(0);
    String ofTable = "pg_4000000000_sync_1_" + server;
    shards.run(
        S0,
        "SELECT pg_create_logical_replication_slot('" + ofTable + "', 'pgoutput')",
        "SELECT pg_create_logical_replication_slot('pg_4000000000_sync_1_7', 'pgoutput')",
        "CREATE PUBLICATION others FOR TABLE users");
    try (Resharding mover = shards.mover()) {
      assertThat(mover.orphans())
          .extracting(Orphan::shard, Orphan::kind)
          .containsExactlyInAnyOrder(
              tuple(S0, "slot"),
              tuple(S0, "subscription"),
              tuple(S1, "slot"),
              tuple(S1, "publication"));
      assertThat(mover.orphans()).extracting(Orphan::name).contains(ofTable);
      assertThat(mover.removeOrphans()).hasSize(4).noneMatch(Finding::blocks);
      assertThat(mover.orphans()).isEmpty();
    }
    String slots = "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()";
    assertThat(shards.rows(S0, slots)).as("another's").containsExactly("pg_4000000000_sync_1_7");
    assertThat(shards.rows(S1, slots)).isEmpty();
    assertThat(shards.rows(S0, "SELECT pubname FROM pg_publication")).containsExactly("others");
  }

  @Test
  void aWriteByWhatWasPublishedIsNamedWithTheWayToEndIt() throws Exception {
    try (Connection mover = shards.connect(S0);
        Connection reporting = shards.connect(S0);
        Statement statement = reporting.createStatement()) {
      ControlSchema.install(mover);
      Stream stream = Stream.forward(new UUID(1, 1), 7);
      stream.publish(mover, MovedTable.of(mover, shards.map(), "users"), MovingShards.MOVED);
      statement.execute("SET application_name = 'reporting'");
      int pid = reporting.unwrap(PGConnection.class).getBackendPID();
      Thread writer =
          new Thread(
              () -> {
                try {
                  statement.execute(
                      "UPDATE users SET name = 'secret' WHERE pg_sleep(600) IS NOT NULL");
                } catch (SQLException e) {
                  // It is cancelled.
                }
              });
      writer.start();
      Deadline.in(Duration.ofMinutes(1))
          .await(
              "he writes",
              () ->
                  shards.number(
                          S0,
                          "SELECT count(*) FROM pg_locks WHERE mode = 'RowExclusiveLock' AND pid = "
                              + pid)
                      > 0);

      assertThat(stream.drop(mover, Patience.of(Duration.ofMillis(100))))
          .contains(
              "publication " + stream.name() + " waits for statements",
              "session " + pid + " of reporting",
              "UPDATE users SET name (end it: SELECT pg_cancel_backend(" + pid + "))")
          .doesNotContain("secret");
      shards.run(S0, "SELECT pg_cancel_backend(" + pid + ")");
      assertThat(stream.drop(mover, Patience.of(Duration.ofMinutes(1)))).isEmpty();
      MapProcess.join(writer);
    }
    assertThat(shards.traces(S0)).isEmpty();
  }

  /** Somebody writes on the target past the guard, and past replication. */
  private void meddle(String sql, String key) {
    String moved = MovingShards.MOVED.condition("hashint8extended(" + key + ", 0)");
    try {
      shards.run(S1, "SELECT pg_replication_origin_create('meddling')");
      shards.run(
          S1,
          "SET session_replication_role = replica;"
              + " SELECT pg_replication_origin_session_setup('meddling');"
              + sql
              + " WHERE "
              + moved,
          "SELECT pg_replication_origin_session_reset()");
      shards.run(S1, "SELECT pg_replication_origin_drop('meddling')");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @LongRun
  @Test
  void tablesKeepTheirShapeWhileTheirRowsMove() throws SQLException {
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      int move = mover.start(MOVING);
      mover.run(move);
      for (ShardId shard : List.of(S0, S1)) {
        for (String sql :
            List.of(
                "ALTER TABLE users ADD COLUMN more int",
                "ALTER TABLE posts RENAME COLUMN body TO text",
                "DROP TABLE posts",
                "DROP TABLE users CASCADE")) {
          assertThatThrownBy(() -> shards.run(shard, sql))
              .as(sql)
              .isInstanceOfSatisfying(
                  SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("SJ702"));
        }
        shards.run(shard, "CREATE TABLE others (id int)", "ALTER TABLE others ADD COLUMN more int");
        shards.run(shard, "DROP TABLE others");
      }
      mover.finish(move);
    }
    shards.run(S0, "ALTER TABLE users ADD COLUMN more int", "DROP TABLE posts");
  }
}
