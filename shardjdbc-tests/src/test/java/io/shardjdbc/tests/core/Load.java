package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that work with a DataSource until they are told to end, or one of them fails. */
final class Load {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EACH = 8;
  private static final int AT_ONCE = 5;

  private final ShardDataSource dataSource;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<AtomicInteger> done = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ends;

  /** What a thread does again and again; it asserts what it sees. */
  interface Work {
    void on(Connection connection) throws SQLException;
  }

  Load(ShardDataSource dataSource) {
    this.dataSource = dataSource;
  }

  void run(int number, Work work) {
    for (int i = 0; i < number; i++) {
      AtomicInteger count = new AtomicInteger();
      done.add(count);
      Thread thread = new Thread(() -> loop(work, count), "worker-" + done.size());
      threads.add(thread);
      thread.start();
    }
  }

  private void loop(Work work, AtomicInteger count) {
    while (!ends && failures.isEmpty()) {
      try (Connection connection = dataSource.getConnection()) {
        for (int i = 0; i < AT_ONCE; i++) {
          work.on(connection);
          count.incrementAndGet();
        }
      } catch (SQLException e) {
        if (!isRetryable(e)) {
          failures.add(e);
        }
      } catch (RuntimeException | AssertionError e) {
        failures.add(e);
      }
    }
  }

  private static boolean isRetryable(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return e instanceof SQLTransientException || state.equals("40001") || state.equals("40P01");
  }

  /** Waits until each thread has done some more of its work, and none has failed. */
  void awaitMore() {
    List<Integer> before = done.stream().map(AtomicInteger::get).toList();
    Deadline.in(PATIENCE).await("everybody has gone on", () -> haveGoneOn(before));
    assertThat(failures).isEmpty();
  }

  private boolean haveGoneOn(List<Integer> before) {
    for (int i = 0; i < before.size(); i++) {
      if (done.get(i).get() < before.get(i) + EACH && failures.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  void end() throws InterruptedException {
    ends = true;
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }
}
