package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Threads that move money until they are told to stop. */
final class Movers implements AutoCloseable {

  private static final String ROLLED_BACK = "40001";
  private static final long BREATH = Duration.ofMillis(10).toNanos();

  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicInteger standing = new AtomicInteger();
  private final AtomicLong moved = new AtomicLong();
  private volatile boolean stopped;
  private volatile boolean paused;

  private Movers(int count) {
    this.threads = Executors.newFixedThreadPool(count);
  }

  /** How some is moved. */
  private interface Move {
    void by(Random random) throws SQLException;
  }

  /** Moves it between all accounts. */
  static Movers start(ShardDataSource dataSource, int count) {
    return start(count, random -> Bank.move(dataSource, random));
  }

  /** Moves it between all accounts, and leaves the machine to others behind each move. */
  static Movers startSteady(ShardDataSource dataSource, int count) {
    return start(count, random -> moveSteadily(dataSource, random));
  }

  private static void moveSteadily(ShardDataSource dataSource, Random random) throws SQLException {
    Bank.move(dataSource, random);
    LockSupport.parkNanos(BREATH);
  }

  /** Moves it between all accounts, and goes on where that fails. */
  static Movers startUndaunted(ShardDataSource dataSource, int count) {
    return start(
        count,
        random -> {
          try {
            moveSteadily(dataSource, random);
          } catch (SQLException e) {
            throw new SQLException("a server is gone", ROLLED_BACK, e);
          }
        });
  }

  /** Moves it between the last two of three accounts. */
  static Movers start(ShardDataSource dataSource, int count, List<Integer> three) {
    return start(count, random -> Bank.move(dataSource, random, three));
  }

  /** The same, and leaves the machine to others behind each move. */
  static Movers startSteady(ShardDataSource dataSource, int count, List<Integer> three) {
    return start(
        count,
        random -> {
          Bank.move(dataSource, random, three);
          LockSupport.parkNanos(BREATH);
        });
  }

  private static Movers start(int count, Move move) {
    Movers movers = new Movers(count);
    for (int i = 0; i < count; i++) {
      Random random = new Random(i);
      movers.running.add(
          movers.threads.submit(
              () -> {
                movers.run(move, random);
                return null;
              }));
    }
    return movers;
  }

  private void run(Move move, Random random) throws SQLException {
    while (!stopped) {
      if (paused) {
        standing.incrementAndGet();
        while (paused && !stopped) {
          LockSupport.parkNanos(1_000_000);
        }
        standing.decrementAndGet();
      }
      try {
        move.by(random);
        moved.incrementAndGet();
      } catch (SQLException e) {
        if (!ROLLED_BACK.equals(e.getSQLState())) { // by a recovery that took it for dead
          throw e;
        }
      }
    }
  }

  /** Returns when all stand still. */
  void pause() {
    paused = true;
    Deadline.in(Duration.ofSeconds(60))
        .await("all movers stand still", () -> standing.get() == running.size());
  }

  void goOn() {
    paused = false;
  }

  long moved() {
    return moved.get();
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
