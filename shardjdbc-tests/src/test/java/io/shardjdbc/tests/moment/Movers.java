package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that move money until they are told to stop. */
final class Movers implements AutoCloseable {

  private static final String ROLLED_BACK = "40001";

  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicLong moved = new AtomicLong();
  private volatile boolean stopped;

  private Movers(int count) {
    this.threads = Executors.newFixedThreadPool(count);
  }

  static Movers start(ShardDataSource dataSource, int count) {
    Movers movers = new Movers(count);
    for (int i = 0; i < count; i++) {
      Random random = new Random(i);
      movers.running.add(
          movers.threads.submit(
              () -> {
                movers.run(dataSource, random);
                return null;
              }));
    }
    return movers;
  }

  private void run(ShardDataSource dataSource, Random random) throws SQLException {
    while (!stopped) {
      try {
        Bank.move(dataSource, random);
        moved.incrementAndGet();
      } catch (SQLException e) {
        if (!ROLLED_BACK.equals(e.getSQLState())) { // by a recovery that took it for dead
          throw e;
        }
      }
    }
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
