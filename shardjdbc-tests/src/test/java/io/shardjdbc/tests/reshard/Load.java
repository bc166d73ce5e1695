package io.shardjdbc.tests.reshard;

import io.shardjdbc.reshard.control.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers and readers of several processes, who note all that was acknowledged and check every
 * read.
 *
 * <p>A write adds one to a user's number and inserts a post, in one transaction. So a lost write
 * shows as a number that is too small, one that was done twice as one too great, and half of one as
 * posts that do not fit.
 */
final class Load implements AutoCloseable {
  /** Between two things that a thread does: others use this machine too. */
  private static final long REST = Duration.ofMillis(1).toNanos();

  private static final long MOST_ASLEEP = Duration.ofMillis(200).toNanos();

  private final int users;
  private final List<MapProcess> processes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Long, AtomicLong> acknowledged = new ConcurrentHashMap<>();
  private final Map<Long, AtomicLong> inDoubt = new ConcurrentHashMap<>();
  private final AtomicLong posts = new AtomicLong();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger scatters = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  Load(MovingShards shards, int users, int number) throws SQLException {
    this.users = users;
    for (int i = 0; i < number; i++) {
      MapProcess process = new MapProcess(shards.urls(), "process " + i);
      processes.add(process);
      start("writer", process, this::write);
      start("reader", process, this::read);
      start("scatter", process, this::scatter);
    }
  }

  private interface Doing {
    void with(MapProcess.Worker worker, Random random) throws SQLException;
  }

  private void start(String what, MapProcess process, Doing doing) {
    Random random = new Random(threads.size());
    Thread thread =
        new Thread(
            () -> {
              try (MapProcess.Worker worker = process.worker()) {
                while (!stopped) {
                  doing.with(worker, random);
                  LockSupport.parkNanos(REST);
                }
                slowest.accumulateAndGet(worker.longest(), Math::max);
              } catch (SQLException | RuntimeException e) {
                faults.add(what + ": " + e);
              }
            },
            what);
    threads.add(thread);
    thread.start();
  }

  private void write(MapProcess.Worker worker, Random random) {
    long user = 1 + random.nextInt(users);
    long post = posts.incrementAndGet();
    try {
      worker.on(
          user,
          connection -> {
            sleepy(random);
            int changed = Sql.run(connection, "UPDATE users SET n = n + 1 WHERE id = ?", user);
            if (changed != 1) {
              faults.add("a write finds its user " + changed + " times");
            }
            return Sql.run(
                connection, "INSERT INTO posts (user_id, no, body) VALUES (?, ?, 'x')", user, post);
          });
      acknowledged.computeIfAbsent(user, u -> new AtomicLong()).incrementAndGet();
      writes.incrementAndGet();
    } catch (SQLException e) {
      inDoubt.computeIfAbsent(user, u -> new AtomicLong()).incrementAndGet();
    }
  }

  private void read(MapProcess.Worker worker, Random random) throws SQLException {
    long user = 1 + random.nextInt(users);
    AtomicLong count = acknowledged.get(user);
    long before = count == null ? 0 : count.get();
    List<Long> seen =
        worker.on(
            user,
            connection -> {
              sleepy(random);
              return Sql.rows(
                  connection, row -> row.getLong(1), "SELECT n FROM users WHERE id = ?", user);
            });
    if (seen.size() != 1 || seen.get(0) < before) {
      faults.add("user " + user + " has " + seen + ", acknowledged were " + before);
    }
    reads.incrementAndGet();
  }

  private void scatter(MapProcess.Worker worker, Random random) throws SQLException {
    long found =
        worker
            .everywhere(
                (connection, shown) -> {
                  sleepy(random);
                  return Sql.number(connection, "SELECT count(*) FROM users WHERE " + shown);
                })
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    if (found != users) {
      faults.add("a read over both shards finds " + found + " users");
    }
    scatters.incrementAndGet();
  }

  /** Now and then a process stands still between its route and what it sends. */
  private static void sleepy(Random random) {
    if (random.nextInt(20) == 0) {
      LockSupport.parkNanos(random.nextLong(MOST_ASLEEP));
    }
  }

  int writes() {
    return writes.get();
  }

  int reads() {
    return reads.get();
  }

  /** The slowest write or read of one user, in milliseconds, when all have stopped. */
  long slowest() {
    return slowest.get();
  }

  /** Stops everybody; what went wrong. */
  List<String> stop() {
    stopped = true;
    threads.forEach(MapProcess::join);
    processes.forEach(MapProcess::close);
    processes.clear();
    return List.copyOf(faults);
  }

  /** What the users' final numbers say that was not acknowledged, or not kept. */
  List<String> check(Map<Long, Long> numbers) {
    List<String> wrong = new ArrayList<>();
    for (long user = 1; user <= users; user++) {
      long least = acknowledged.getOrDefault(user, new AtomicLong()).get();
      long most = least + inDoubt.getOrDefault(user, new AtomicLong()).get();
      Long number = numbers.get(user);
      if (number == null || number < least || number > most) {
        wrong.add("user " + user + " has " + number + ", not " + least + " to " + most);
      }
    }
    return wrong;
  }

  @Override
  public void close() {
    stop();
  }

  @Override
  public String toString() {
    return "%d writes, %d reads, %d reads over both shards"
        .formatted(writes(), reads(), scatters.get());
  }
}
