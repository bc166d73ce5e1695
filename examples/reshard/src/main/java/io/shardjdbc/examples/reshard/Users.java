package io.shardjdbc.examples.reshard;

import io.shardjdbc.examples.instagram.Instagram;
import io.shardjdbc.examples.instagram.SampleData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Who uses the application all the time: three read, and one likes posts. */
final class Users implements AutoCloseable {

  /** A like that the application has confirmed. */
  record Like(long post, long user) {}

  private static final OffsetDateTime NOW =
      OffsetDateTime.of(2027, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private final Instagram application;
  private final SampleData data;
  private final Duration pace;
  private final List<Thread> threads = new ArrayList<>();
  private final Set<Like> likes = ConcurrentHashMap.newKeySet();
  private final Queue<Long> times = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  Users(Instagram application, SampleData data, Duration pace) {
    this.application = application;
    this.data = data;
    this.pace = pace;
    start(random -> application.profile(user(random)));
    start(random -> application.timeline(user(random)));
    start(random -> application.thread(data.popularPost(random.nextInt(data.users()))));
    start(this::like);
  }

  private interface Request {
    void make(Random random) throws SQLException;
  }

  private long user(Random random) {
    return 1L + random.nextInt(data.users());
  }

  private void like(Random random) throws SQLException {
    // Nobody of the sample has a number as great as these, so that each like is a new one.
    Like like =
        new Like(
            data.popularPost(random.nextInt(data.users())),
            data.users() + 1L + random.nextInt(Integer.MAX_VALUE));
    application.like(like.post(), like.user(), NOW);
    likes.add(like);
  }

  private void start(Request request) {
    Random random = new Random(threads.size());
    Thread thread =
        new Thread(
            () -> {
              while (!over) {
                long begun = System.nanoTime();
                try {
                  request.make(random);
                } catch (SQLException e) {
                  failures.add(String.valueOf(e.getMessage()));
                }
                times.add(System.nanoTime() - begun);
                LockSupport.parkNanos(pace.toNanos());
              }
            },
            "user");
    threads.add(thread);
    thread.start();
  }

  /** What requests took since it was asked for last: how many, 99 of 100, and the slowest. */
  record Waits(int requests, Duration p99, Duration slowest) {}

  Waits waits() {
    List<Long> taken = new ArrayList<>();
    Long one;
    while ((one = times.poll()) != null) {
      taken.add(one);
    }
    long[] sorted = taken.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? new Waits(0, Duration.ZERO, Duration.ZERO)
        : new Waits(
            sorted.length,
            Duration.ofNanos(sorted[sorted.length * 99 / 100]),
            Duration.ofNanos(sorted[sorted.length - 1]));
  }

  /** The likes that were confirmed. */
  Collection<Like> likes() {
    return likes;
  }

  /** What requests have failed by, each once. */
  List<String> failures() {
    return failures.stream().distinct().toList();
  }

  /** Lets all of them end what they do. */
  @Override
  public void close() {
    over = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
