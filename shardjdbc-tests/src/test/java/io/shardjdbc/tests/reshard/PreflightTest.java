package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What would stop a move is found before it begins. */
class PreflightTest {

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String WAITS =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%create_logical%' AND state ="
          + " 'active' AND pid <> pg_backend_pid() AND datname = current_database() AND"
          + " clock_timestamp() - query_start > interval '500 ms'";

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);

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

  @LongRun
  @Test
  void whatGuardsAndCopiesWouldNotSeeIsNamed() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "ALTER TABLE posts DROP CONSTRAINT posts_pkey, ADD PRIMARY KEY (user_id, no) DEFERRABLE",
          "ALTER TABLE posts ADD picture oid");
    }
    assertThat(blocking(MOVING))
        .containsExactly("the replica identity of posts lacks its key user_id");
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "ALTER TABLE posts DROP CONSTRAINT posts_pkey, ADD PRIMARY KEY (user_id, no)",
          "ALTER TABLE posts SET UNLOGGED");
    }
    shards.run(
        S0,
        "CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN new.id = new.id + 1; RETURN new; END $$",
        "CREATE TRIGGER \"über\" BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION change()");
    assertThat(blocking(MOVING))
        .hasSize(2)
        .anyMatch(what -> what.startsWith("table posts on s0 is foreign, or not logged"))
        .anyMatch(what -> what.startsWith("trigger über of users on s0 fires behind the guard"));
    try (Resharding mover = shards.mover()) {
      assertThat(mover.lookAhead(MOVING))
          .extracting(Finding::what)
          .contains(
              "large objects that column picture of posts refers to do not move with the rows");
    }
    shards.run(S0, "DROP FUNCTION change CASCADE");
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "DROP TABLE posts, users",
          "CREATE TABLE users (raw bigint, id bigint GENERATED ALWAYS AS (raw) STORED PRIMARY KEY)",
          "CREATE TABLE posts (user_id bigint PRIMARY KEY)");
    }
    assertThat(blocking(MOVING))
        .containsExactly("key column id of users is generated: guards see none");
  }

  /** Rows that a mover does not see it would leave behind, and delete. */
  @Test
  void aMoverFromWhomRowsAreHiddenIsRefused() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
          "DO $$ BEGIN CREATE ROLE half_blind LOGIN REPLICATION; EXCEPTION WHEN duplicate_object"
              + " THEN NULL; END $$",
          "GRANT USAGE ON SCHEMA shardjdbc TO half_blind",
          "GRANT SELECT ON ALL TABLES IN SCHEMA shardjdbc, public TO half_blind");
    }
    assertThat(blocking(MOVING)).as("a superuser sees all").isEmpty();
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    shards
        .urls()
        .forEach(
            (shard, url) ->
                servers.put(
                    shard, ShardServers.of(url.replaceFirst("user=[a-z]*", "user=half_blind"))));
    try (Resharding mover = Resharding.over(servers)) {
      assertThatThrownBy(() -> mover.lookAhead(MOVING))
          .hasMessageContaining("row security hides rows of table users");
      assertThatThrownBy(mover::audit).hasMessageContaining("row security hides rows");
    }
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(shard, "DROP OWNED BY half_blind");
    }
  }

  @Test
  void sagasKeepReadThroughAway() throws SQLException {
    shards.run(S1, "CREATE TABLE shardjdbc.saga_step (id int)");
    try (Resharding mover = shards.mover().by(Strategy.READ_THROUGH)) {
      assertThatThrownBy(() -> mover.start(MOVING))
          .hasMessageContaining("SJ0905")
          .hasMessageContaining("whose records read-through does not bring");
    }
  }

  /** What a role or a database allows its users would end copies again and again. */
  @LongRun
  @Test
  void limitsOfTheDatabaseAreNotThoseOfAMove() throws Exception {
    List<String> limits = List.of("statement_timeout", "lock_timeout", "idle_session_timeout");
    String database = CLUSTER.database();
    for (ShardId shard : List.of(S0, S1)) {
      for (String limit : limits) {
        shards.run(shard, "ALTER DATABASE " + database + " SET " + limit + " = '200ms'");
      }
    }
    try (Connection writer = shards.connect(S0);
        Statement statement = writer.createStatement();
        Resharding mover = shards.mover()) {
      for (String limit : limits) {
        statement.execute("SET " + limit + " = 0");
      }
      int move = mover.start(MOVING);
      writer.setAutoCommit(false);
      statement.execute("CREATE TABLE written ()"); // a slot waits for it
      FutureTask<Integer> moving =
          new FutureTask<>(
              () -> {
                mover.run(move);
                return move;
              });
      new Thread(moving, "mover").start();
      Deadline.in(SOON)
          .await("the slot is waited for", () -> moving.isDone() || shards.number(S0, WAITS) > 0);
      writer.rollback();
      assertThat(moving.get()).isEqualTo(move);
      assertThat(shards.rows(S0, "SELECT subconninfo FROM pg_subscription").get(0))
          .contains("statement_timeout=0");
      mover.finish(move);
    } finally {
      for (ShardId shard : List.of(S0, S1)) {
        shards.run(shard, "ALTER DATABASE " + database + " RESET ALL");
      }
    }
  }

  @LongRun
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

  @LongRun
  @Test
  void whatTheSourceDoesNotOwnDoesNotMove() throws SQLException {
    Moving tooMuch = new Moving("users", Positions.ALL, S0, S1);
    Moving nothing = new Moving("users", Positions.NONE, S0, S1);

    assertThat(blocking(tooMuch)).containsExactly("shard s0 does not own all of the positions");
    assertThat(blocking(nothing)).containsExactly("nothing is to move");
  }

  @LongRun
  @Test
  void oneMoveIsMadeAfterTheOther() throws SQLException {
    try (Resharding mover = shards.mover()) {
      int move = mover.start(MOVING);

      assertThat(blocking(MOVING)).containsExactly("move " + move + " has not ended yet");
      mover.abort(move);
      assertThat(blocking(MOVING)).isEmpty();
    }
  }

  @LongRun
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
