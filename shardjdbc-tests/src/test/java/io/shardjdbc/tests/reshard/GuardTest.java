package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVED;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.guard.Guard;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** A server refuses writes of rows that are another shard's, whoever sends them. */
class GuardTest {
  private static final int MOVE = 12;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String MOVED_ELSEWHERE = ErrorCode.MOVED_ELSEWHERE.sqlState();
  private static final String TOO_OLD = "40001";

  /** The first users that move, and the first that stays. */
  private static final long GOES = user(true, 0);

  private static final long GOES_TOO = user(true, 1);
  private static final long STAYS = user(false, 0);
  private static final long STAYS_TOO = user(false, 1);

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards SHARDS = new MovingShards(CLUSTER);

  private static Connection control;

  @BeforeAll
  static void createTables() throws SQLException {
    SHARDS.createTables();
    SHARDS.run(
        S0,
        "CREATE TABLE events (user_id bigint NOT NULL, kind int NOT NULL) PARTITION BY LIST (kind)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1)",
        "CREATE TABLE events_2 PARTITION OF events FOR VALUES IN (2)",
        "CREATE TABLE teams (id int PRIMARY KEY)",
        "ALTER TABLE users ADD team int REFERENCES teams ON DELETE CASCADE");
    control = SHARDS.connect(S0);
    ControlSchema.install(control);
  }

  @AfterAll
  static void close() throws SQLException {
    control.close();
  }

  /** Past the guard, which triggers and replication are. */
  @BeforeEach
  void fill() throws SQLException {
    SHARDS.run(
        S0,
        "SET session_replication_role = replica; DELETE FROM posts; DELETE FROM users; DELETE FROM"
            + " events; DELETE FROM teams; DELETE FROM shardjdbc.move; DELETE FROM shardjdbc.map;"
            + " INSERT INTO teams VALUES (1);"
            + " INSERT INTO users (id, team) VALUES (%1$d, 1), (%2$d, NULL);".formatted(GOES, STAYS)
            + " INSERT INTO posts (user_id, no) VALUES (%1$d, 1), (%2$d, 1);".formatted(GOES, STAYS)
            + " INSERT INTO events VALUES (%1$d, 1), (%2$d, 1)".formatted(GOES, STAYS));
    MoveRow.insert(
        control,
        MOVE,
        UUID.randomUUID(),
        MovingShards.MOVING,
        "source",
        MoveRow.OUTGOING,
        false,
        Strategy.REPLICATE);
    assertThat(guard().install(control, MOVED, SOON)).isTrue();
  }

  private static Guard guard() {
    return new Guard(
        MOVE,
        List.of(
            new MovedTable(0, "events", "public.events", "user_id", KeyType.INTEGER),
            new MovedTable(1, "posts", "public.posts", "user_id", KeyType.INTEGER),
            new MovedTable(2, "users", "public.users", "id", KeyType.INTEGER)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO posts (user_id, no) VALUES ($GOES, 2)",
        "INSERT INTO posts (user_id, no) VALUES ($STAYS, 2), ($GOES, 2)",
        "UPDATE users SET n = n + 1 WHERE id = $GOES",
        "UPDATE users SET n = n + 1",
        "UPDATE posts SET user_id = $GOES, no = 7 WHERE user_id = $STAYS",
        "UPDATE posts SET user_id = $STAYS, no = 7 WHERE user_id = $GOES",
        "DELETE FROM posts WHERE user_id = $GOES",
        "DELETE FROM users WHERE id = $GOES",
        "DELETE FROM teams",
        "INSERT INTO users (id) VALUES ($GOES) ON CONFLICT DO NOTHING",
        "INSERT INTO users (id) VALUES ($GOES) ON CONFLICT (id) DO UPDATE SET n = 5",
        "MERGE INTO users u USING (VALUES ($GOES)) v (id) ON u.id = v.id"
            + " WHEN MATCHED THEN UPDATE SET n = 5",
        "WITH d AS (DELETE FROM posts RETURNING user_id) SELECT count(*) FROM d",
        "DO $$ BEGIN UPDATE users SET n = 1; END $$",
        "INSERT INTO events VALUES ($GOES, 2)",
        "INSERT INTO events_2 VALUES ($GOES, 2)",
        "UPDATE events SET kind = 2 WHERE user_id = $GOES",
        "DELETE FROM events_1"
      })
  void aWriteOfARowThatHasGoneIsRefused(String sql) throws SQLException {
    phase(MoveRow.GONE);

    assertThatThrownBy(() -> SHARDS.run(S0, named(sql))).satisfies(stated(MOVED_ELSEWHERE));
    phase(MoveRow.INCOMING);
    assertThatThrownBy(() -> SHARDS.run(S0, named(sql))).satisfies(stated(MOVED_ELSEWHERE));
    phase(MoveRow.OWNER);
    SHARDS.run(S0, named(sql));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO posts (user_id, no) VALUES ($STAYS, 2)",
        "UPDATE users SET n = n + 1 WHERE id = $STAYS",
        "UPDATE users SET n = n + 1 WHERE id = $STAYS AND n < 0",
        "DELETE FROM posts WHERE user_id = $STAYS",
        "DELETE FROM users WHERE id = $STAYS",
        "INSERT INTO events VALUES ($STAYS, 2)",
        "UPDATE events SET kind = 2 WHERE user_id = $STAYS",
        "SELECT count(*) FROM users"
      })
  void writesOfOtherRowsPass(String sql) throws SQLException {
    phase(MoveRow.GONE);

    SHARDS.run(S0, named(sql));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUNCATE posts",
        "TRUNCATE users CASCADE",
        "TRUNCATE teams CASCADE",
        "TRUNCATE events",
        "TRUNCATE events_2"
      })
  void nothingIsTruncatedWhileRowsMove(String sql) {
    assertThatThrownBy(() -> SHARDS.run(S0, sql))
        .satisfies(stated(ErrorCode.TABLE_MOVES.sqlState()));
  }

  @Test
  void copiedRowsAreRefused() throws Exception {
    phase(MoveRow.GONE);
    try (Connection connection = SHARDS.connect(S0)) {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();

      copy.copyIn("COPY users (id) FROM STDIN", new StringReader(STAYS_TOO + "\n"));
      assertThatThrownBy(
              () -> copy.copyIn("COPY users (id) FROM STDIN", new StringReader(GOES_TOO + "\n")))
          .satisfies(stated(MOVED_ELSEWHERE));
    }
  }

  @Test
  void aSnapshotFromBeforeTheFlipCannotWrite() throws SQLException {
    try (Session old = new Session("REPEATABLE READ");
        Session serializable = new Session("SERIALIZABLE")) {
      old.run("SELECT n FROM users");
      serializable.run("SELECT n FROM users");
      phase(MoveRow.GONE);

      assertThatThrownBy(() -> old.run(named("UPDATE users SET n = 1 WHERE id = $GOES")))
          .satisfies(stated(TOO_OLD));
      assertThatThrownBy(() -> serializable.run(named("UPDATE users SET n = 1 WHERE id = $GOES")))
          .satisfies(stated(TOO_OLD));
    }
    try (Session young = new Session("REPEATABLE READ")) {
      assertThatThrownBy(() -> young.run(named("UPDATE users SET n = 1 WHERE id = $GOES")))
          .satisfies(stated(MOVED_ELSEWHERE));
    }
  }

  @Test
  void aSnapshotFromBeforeTheMoveCannotWrite() throws SQLException {
    SHARDS.run(S0, "DELETE FROM shardjdbc.move");
    try (Session old = new Session("REPEATABLE READ")) {
      old.run("SELECT n FROM users");
      MoveRow.insert(
          control,
          MOVE,
          UUID.randomUUID(),
          MovingShards.MOVING,
          "source",
          MoveRow.GONE,
          false,
          Strategy.REPLICATE);

      assertThatThrownBy(() -> old.run(named("UPDATE users SET n = 1 WHERE id = $GOES")))
          .satisfies(stated(TOO_OLD));
    }
  }

  @Test
  void theFlipWaitsForWritersAndThoseWhoWaitForItAreRefused() throws Exception {
    try (Session writer = new Session("READ COMMITTED");
        Session flip = new Session("READ COMMITTED");
        Session late = new Session("READ COMMITTED")) {
      writer.run(named("UPDATE users SET n = 1 WHERE id = $GOES"));
      flip.run("SET LOCAL lock_timeout = '50ms'");
      flip.run("SAVEPOINT before");
      assertThatThrownBy(() -> flip.run(lock())).satisfies(stated("55P03"));
      flip.run("ROLLBACK TO before");
      writer.run("COMMIT");
      flip.run(lock());

      CompletableFuture<Void> waits =
          Beside.run(() -> late.runUnchecked(named("UPDATE users SET n = 2 WHERE id = $GOES")));
      Deadline.in(SOON)
          .await(
              "the late writer waits",
              () -> SHARDS.number(S0, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
      flip.run("UPDATE shardjdbc.move SET phase = 'gone' WHERE id = " + MOVE);
      flip.run("COMMIT");

      assertThatThrownBy(waits::join).rootCause().satisfies(stated(MOVED_ELSEWHERE));
    }
  }

  @Test
  void aPreparedWriterKeepsTheFlipWaiting() throws SQLException {
    try (Session writer = new Session("READ COMMITTED");
        Session flip = new Session("READ COMMITTED")) {
      writer.run(named("UPDATE users SET n = 1 WHERE id = $GOES"));
      writer.run("PREPARE TRANSACTION 'guarded'");
      try {
        flip.run("SET LOCAL lock_timeout = '50ms'");

        assertThatThrownBy(() -> flip.run(lock())).satisfies(stated("55P03"));
      } finally {
        SHARDS.run(S0, "ROLLBACK PREPARED 'guarded'");
      }
    }
  }

  @Test
  void aSavepointGivesTheLockBackAndTheNextRowTakesItAgain() throws SQLException {
    try (Session writer = new Session("READ COMMITTED");
        Session flip = new Session("READ COMMITTED")) {
      writer.run("SAVEPOINT one");
      writer.run(named("UPDATE users SET n = 1 WHERE id = $GOES"));
      writer.run("ROLLBACK TO one");
      flip.run(lock());
      flip.run("UPDATE shardjdbc.move SET phase = 'gone' WHERE id = " + MOVE);
      flip.run("COMMIT");

      assertThatThrownBy(() -> writer.run(named("UPDATE users SET n = 1 WHERE id = $GOES")))
          .satisfies(stated(MOVED_ELSEWHERE));
    }
  }

  @Test
  void aGuardThatIsTakenAwayLeavesNothing() throws SQLException {
    phase(MoveRow.GONE);
    assertThat(guard().install(control, MOVED, SOON)).isTrue();
    assertThat(guard().remove(control, SOON)).isTrue();
    assertThat(guard().remove(control, SOON)).isTrue();

    SHARDS.run(S0, named("UPDATE users SET n = 1 WHERE id = $GOES"), "TRUNCATE events");
    assertThat(SHARDS.traces(S0)).isEmpty();
  }

  @Test
  void rowsThatAreHeldAreGivenBackWhenNobodyMovesThem() throws SQLException {
    SHARDS.run(
        S0,
        "INSERT INTO shardjdbc.map VALUES (true, gen_random_uuid(), 7, 'closed')",
        "UPDATE shardjdbc.move SET phase = 'closing', open_phase = 'outgoing',"
            + " open_document = 'open', closes_at = clock_timestamp() + interval '1 hour'");
    try (Session mover = new Session("READ COMMITTED")) {
      mover.run("SELECT pg_advisory_lock(" + ControlSchema.MOVER_LOCKS + ", 0)");
      assertThat(SHARDS.number(S0, "SELECT shardjdbc.reopen()")).isEqualTo(7);
    }
    Deadline.in(SOON)
        .await("the mover is away", () -> SHARDS.number(S0, "SELECT shardjdbc.reopen()") == 9);

    assertThat(SHARDS.rows(S0, "SELECT phase FROM shardjdbc.move")).containsExactly("outgoing");
    assertThat(SHARDS.rows(S0, "SELECT document FROM shardjdbc.map")).containsExactly("open");
    assertThat(SHARDS.number(S0, "SELECT shardjdbc.reopen()")).isEqualTo(9);
  }

  private void phase(String phase) throws SQLException {
    SHARDS.run(S0, "UPDATE shardjdbc.move SET phase = '" + phase + "'");
  }

  private static String lock() {
    return "SELECT pg_advisory_xact_lock(" + ControlSchema.MOVE_LOCKS + ", " + MOVE + ")";
  }

  private static String named(String sql) {
    return sql.replace("$GOES", String.valueOf(GOES)).replace("$STAYS", String.valueOf(STAYS));
  }

  private static long user(boolean moves, int skip) {
    return LongStream.iterate(1, id -> id + 1)
        .filter(id -> MovingShards.moves(id) == moves)
        .skip(skip)
        .findFirst()
        .orElseThrow();
  }

  private static Consumer<Throwable> stated(String state) {
    return thrown ->
        assertThat(thrown)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  /** A session with an open transaction. */
  private static final class Session implements AutoCloseable {
    private final Connection connection;

    Session(String isolation) throws SQLException {
      this.connection = SHARDS.connect(S0);
      run("BEGIN ISOLATION LEVEL " + isolation);
    }

    void run(String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    void runUnchecked(String sql) {
      try {
        run(sql);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
