package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.reshard.engine.Settings;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A move during which something happens exactly between two of its steps, and what was wrong then.
 *
 * <p>A mover that is held back gives up soon, and whoever it waits for goes on then; what he finds
 * is looked at either way.
 */
abstract class MoveBetween implements AutoCloseable {
  static final int USERS = 60;
  static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofMillis(20);
  private static final Duration BRIEF = Duration.ofMillis(400);

  final MovingShards shards;
  final long mover;
  final List<String> wrong = new ArrayList<>();
  final List<Closing> open = new ArrayList<>();
  final Map<String, Doing> between = new HashMap<>();
  final CountDownLatch goOn = new CountDownLatch(1);

  interface Closing {
    void now() throws SQLException;
  }

  interface Doing {
    void now() throws Exception;
  }

  MoveBetween(MovingShards shards) throws SQLException {
    this.shards = shards;
    this.mover = firstThatMoves();
    shards.createTables();
    shards.fill(USERS);
    try (Resharding first = shards.mover()) {
      first.install(shards.map());
    }
  }

  private static long firstThatMoves() {
    long user = 1;
    while (!MovingShards.moves(user)) {
      user++;
    }
    return user;
  }

  /** Moves until it is settled, or as far as the mover comes; then whoever stands goes on. */
  boolean move() throws Exception {
    return moveBy(Strategy.REPLICATE);
  }

  boolean moveBy(Strategy strategy) throws Exception {
    int move;
    try (Resharding first = mover().by(strategy)) {
      move = first.start(MOVING);
    }
    try (Resharding one = mover()) {
      one.takeOver();
      one.run(move);
      return true;
    } catch (ReshardException e) {
      return false;
    }
  }

  Resharding mover() {
    return shards
        .mover()
        .waiting(Settings.DEFAULT.withBarrier(BRIEF).withFlip(BRIEF))
        .telling(new Between());
  }

  /** Does what is to be done between two steps, once. */
  private final class Between implements MoveListener {
    @Override
    public void onProgress(int move, Step step, String what) {
      Doing doing = between.remove(what);
      if (doing != null) {
        try {
          doing.now();
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  MapProcess process() throws SQLException {
    return process(shards.urls());
  }

  MapProcess process(Map<ShardId, String> urls) throws SQLException {
    MapProcess process = new MapProcess(urls, "process " + open.size(), PROBE);
    open.add(process::close);
    return process;
  }

  Connection session(ShardId shard) throws SQLException {
    Connection session = shards.connect(shard);
    open.add(session::close);
    return session;
  }

  static int add(Connection connection, long user) throws SQLException {
    return Sql.run(connection, "UPDATE users SET n = n + 1 WHERE id = ?", user);
  }

  long number(ShardId shard) throws SQLException {
    return shards.number(shard, "SELECT n FROM users WHERE id = " + mover);
  }

  void expect(String what, long expected, long found) {
    if (found != expected) {
      wrong.add("%s: %d, not %d".formatted(what, found, expected));
    }
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws SQLException {
    goOn.countDown();
    for (Closing each : open) {
      try {
        each.now();
      } catch (SQLException e) {
        // Its server has died.
      }
    }
    shards.removeStreams();
  }
}
