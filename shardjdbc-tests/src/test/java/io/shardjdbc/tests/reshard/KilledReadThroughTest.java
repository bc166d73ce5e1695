package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.ComingKeys.USERS;
import static io.shardjdbc.tests.reshard.ComingKeys.number;
import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Movers and processes die while keys come to their new shard, or sleep and go on late. */
@LongRun
class KilledReadThroughTest {
  @RegisterExtension static final ClusterExtension CLUSTER = ComingKeys.servers();

  @RegisterExtension static final ComingKeys keys = new ComingKeys(CLUSTER);

  private static final MovingShards shards = keys.shards();
  private final Map<Long, Long> acknowledged = new HashMap<>();
  private volatile boolean over;

  @BeforeEach
  void install() throws SQLException {
    keys.install();
  }

  /** Counts up one user after the other, with a post for each count. */
  private void write(ShardDataSource process, int number) throws SQLException {
    Map<Long, Long> done = new HashMap<>();
    try (Connection connection = process.getConnection();
        PreparedStatement count =
            connection.prepareStatement("UPDATE users SET n = n + 1 WHERE id = ? RETURNING n");
        PreparedStatement post =
            connection.prepareStatement("INSERT INTO posts (user_id, no) VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      for (long user = number + 1; !over; user = user + 2 > USERS ? number + 1 : user + 2) {
        count.setLong(1, user);
        post.setLong(1, user);
        try (ResultSet rows = count.executeQuery()) {
          assertThat(rows.next()).as("user %d", user).isTrue();
          long n = rows.getLong(1);
          assertThat(n).as("user %d", user).isEqualTo(done.getOrDefault(user, 0L) + 1);
          post.setLong(2, n);
          post.executeUpdate();
          connection.commit();
          done.put(user, n);
        } catch (SQLException e) {
          connection.rollback();
          if (!"40001".equals(e.getSQLState())) {
            throw e;
          }
        }
        LockSupport.parkNanos(20_000_000); // the pace of a user
      }
    }
    synchronized (acknowledged) {
      acknowledged.putAll(done);
    }
  }

  /** Each user is seen once, whichever shard has him. */
  private void scatter(ShardDataSource process) throws SQLException {
    try (Connection connection = process.getConnection()) {
      while (!over) {
        assertThat(number(connection, "SELECT count(*) FROM users")).isEqualTo(USERS);
        assertThat(
                number(
                    connection,
                    "SELECT count(DISTINCT u.id) FROM users u JOIN posts p ON p.user_id = u.id"))
            .isEqualTo(USERS);
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  private interface Act {
    void run() throws Exception;
  }

  private static Object during(Act act) throws Exception {
    act.run();
    return act;
  }

  /** What moves while two processes write and read; each write that was told of is kept. */
  private void underLoad(Act moving) throws Exception {
    List<ShardDataSource> processes = List.of(keys.open(), keys.open());
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int number = i;
        work.add(threads.submit(() -> during(() -> write(processes.get(number), number))));
      }
      work.add(threads.submit(() -> during(() -> scatter(processes.get(0)))));
      moving.run();
      over = true;
      for (Future<?> each : work) {
        each.get();
      }
    } finally {
      over = true;
      threads.shutdown();
      processes.forEach(ShardDataSource::close);
    }
    Map<Long, Long> numbers = shards.numbers();
    assertThat(numbers).hasSize(USERS);
    assertThat(acknowledged).isNotEmpty();
    acknowledged.forEach(
        (user, n) -> assertThat(numbers.get(user)).as("user %d", user).isEqualTo(n));
    try (Resharding mover = keys.mover()) {
      assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.DONE);
      assertThat(mover.audit()).isEmpty();
    }
    keys.assertNoTraces();
  }

  @LongRun
  @Test
  void oneMoverAfterTheOtherDiesAndNothingIsLostOrSeenTwice() throws Exception {
    int move;
    try (Resharding mover = keys.mover()) {
      move = mover.start(MOVING);
    }
    Killer killer = new Killer();
    underLoad(
        () -> {
          int killed = 0;
          while (dies(killer, mover -> mover.run(move))) {
            killed++;
          }
          while (dies(killer, mover -> mover.finish(move))) {
            killed++;
          }
          assertThat(killed).isGreaterThanOrEqualTo(20);
          assertThat(killer.seen).contains("ARRIVE piece read", "ARRIVE piece brought");
        });
  }

  private interface Doing {
    void with(Resharding mover) throws SQLException;
  }

  /** The dead one's sessions stay, as those of a process that was stopped. */
  private boolean dies(Killer killer, Doing doing) throws SQLException {
    Resharding mover = keys.mover().telling(killer);
    try {
      mover.takeOver();
      doing.with(mover);
    } catch (ComingKeys.Dead e) {
      return true;
    }
    mover.close();
    return false;
  }

  /** Ends a mover at each point at which none has been ended before. */
  private static final class Killer implements MoveListener {
    private final Set<String> seen = new HashSet<>();

    @Override
    public void onStep(int move, Step step) {
      kill(step + "");
    }

    @Override
    public void onProgress(int move, Step step, String what) {
      kill(step + " " + what.replaceAll("[0-9]+ ", ""));
    }

    private void kill(String point) {
      if (seen.add(point)) {
        throw new ComingKeys.Dead();
      }
    }
  }

  @Test
  void whoDiesOrSleepsWhileItBringsAKeyLeavesItToOthersAndBringsItOnce() throws Exception {
    int move = keys.dyingAt(Step.ARRIVE);
    long user = keys.moved(0);
    long other = keys.moved(1);
    String take = take(move, user);
    String late = take(move, other);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ShardDataSource process = keys.open();
        Connection dying = shards.connect(S1);
        Connection connection = process.getConnection()) {
      dying.setAutoCommit(false);
      assertThat(number(dying, take)).isEqualTo(2);
      Future<Long> read =
          threads.submit(() -> number(connection, "SELECT n FROM users WHERE id = " + user));
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "it waits for who brings the key",
              () ->
                  shards.number(
                          S1,
                          "SELECT count(*) FROM pg_locks WHERE NOT granted"
                              + " AND locktype = 'transactionid'")
                      == 1);
      dying.rollback();
      assertThat(read.get()).isZero();
      assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE id = " + user)).isEqualTo(1);

      assertThat(number(connection, "SELECT n FROM users WHERE id = " + other)).isZero();
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("UPDATE users SET n = 5 WHERE id = " + other);
      }
      assertThat(shards.number(S1, late)).as("it has come").isZero();
      try (Resharding mover = keys.mover()) {
        mover.run(move);
        assertThat(shards.number(S1, late)).as("all have come").isZero();
        mover.finish(move);
      }
      assertThatThrownBy(() -> shards.number(S1, late)).hasMessageContaining("m" + move + "_take");
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + other)).isEqualTo(5);
    } finally {
      threads.shutdown();
    }
    assertThat(shards.number(S1, "SELECT count(*) FROM posts WHERE user_id = " + other))
        .isEqualTo(1);
    keys.assertNoTraces();
  }

  /** What brings a user, with all that was read of him on the source. */
  private String take(int move, long user) throws SQLException {
    String given =
        "SELECT %s FROM shardjdbc.m%d_give(ARRAY[hashint8extended(%d, 0)])"
            .formatted("%s", move, user);
    return "SELECT shardjdbc.m%d_take(ARRAY[hashint8extended(%d, 0)], %s, %s, %s)"
        .formatted(
            move,
            user,
            shards
                .rows(S0, given.formatted("quote_literal(array_agg(number)) || '::int[]'"))
                .get(0),
            shards
                .rows(S0, given.formatted("quote_literal(array_agg(place)) || '::bigint[]'"))
                .get(0),
            shards
                .rows(S0, given.formatted("quote_literal(array_agg(content)) || '::text[]'"))
                .get(0));
  }
}
