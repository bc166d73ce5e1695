package io.shardjdbc.tests.reshard;

import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
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
  private static final long REST = Duration.ofMillis(30).toNanos();

  private static final Duration PROBE = Duration.ofMillis(30);
  private static final Duration LATE_PROBE = Duration.ofMillis(60);
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
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Map<String, Queue<Long>> times = new ConcurrentHashMap<>();
  private volatile boolean sleepy;
  private volatile boolean stopped;

  private Load(int users) {
    this.users = users;
  }

  /** Processes that hear of an epoch soon. */
  static Load of(MovingShards shards, int users, int processes) throws SQLException {
    Load load = new Load(users);
    for (int i = 0; i < processes; i++) {
      load.start(shards, PROBE, true);
    }
    return load;
  }

  /**
   * One process that hears of an epoch soon, one that hears of it late and only reads, both of
   * which sleep now and then, and one that knows no map and writes to the first shard whatever
   * moves.
   *
   * <p>A process that writes is told of a new epoch by the first refusal. One that reads is not.
   */
  static Load ofAllKinds(MovingShards shards, int users) throws SQLException {
    Load load = new Load(users);
    load.sleepy = true;
    load.start(shards, PROBE, true);
    load.start(shards, LATE_PROBE, false);
    Thread stranger = new Thread(() -> load.writeAsStranger(shards), "stranger");
    load.threads.add(stranger);
    stranger.start();
    return load;
  }

  private void start(MovingShards shards, Duration probe, boolean writes) throws SQLException {
    MapProcess process = new MapProcess(shards.urls(), "process " + processes.size(), probe);
    processes.add(process);
    if (writes) {
      start("writer", process, this::write);
    } else {
      start("second reader", process, this::read);
    }
    start("reader", process, this::read);
    start("scatter", process, this::scatter);
  }

  private interface Trying {
    void now() throws SQLException;
  }

  /** A server that is away for a moment is no fault of a move. */
  private static void unlessAway(Trying trying) throws SQLException {
    try {
      trying.now();
    } catch (SQLException e) {
      String state = Objects.requireNonNullElse(e.getSQLState(), "");
      if (!state.startsWith("08") && !state.startsWith("57P")) {
        throw e;
      }
    }
  }

  private void writeAsStranger(MovingShards shards) {
    Random random = new Random(701);
    try {
      while (!stopped) {
        unlessAway(() -> writeAsStranger(shards, random));
      }
    } catch (SQLException e) {
      faults.add("stranger: " + e);
    }
  }

  private void writeAsStranger(MovingShards shards, Random random) throws SQLException {
    try (Connection connection = shards.connect(MovingShards.S0)) {
      connection.setAutoCommit(false);
      while (!stopped) {
        long user = 1 + random.nextInt(users);
        if (MovingShards.moves(user)) {
          writeAsStranger(connection, user, random);
        }
        LockSupport.parkNanos(REST);
      }
    }
  }

  private void writeAsStranger(Connection connection, long user, Random random)
      throws SQLException {
    try {
      int changed = add(connection, user);
      sleepy(random);
      connection.commit();
      if (changed == 1) {
        acknowledged.computeIfAbsent(user, u -> new AtomicLong()).incrementAndGet();
      }
    } catch (SQLException e) {
      inDoubt.computeIfAbsent(user, u -> new AtomicLong()).incrementAndGet();
      connection.rollback();
      if (!ErrorCode.MOVED_ELSEWHERE.sqlState().equals(e.getSQLState())) {
        throw e;
      }
      refused.incrementAndGet();
    }
  }

  /** Nothing where the user is not there. */
  private int add(Connection connection, long user) throws SQLException {
    int changed = Sql.run(connection, "UPDATE users SET n = n + 1 WHERE id = ?", user);
    if (changed == 1) {
      Sql.run(
          connection,
          "INSERT INTO posts (user_id, no, body) VALUES (?, ?, 'x')",
          user,
          posts.incrementAndGet());
    }
    return changed;
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
                  unlessAway(() -> doing.with(worker, random));
                  LockSupport.parkNanos(REST);
                }
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
    long begun = System.nanoTime();
    try {
      int changed =
          worker.on(
              user,
              connection -> {
                sleepy(random);
                return add(connection, user);
              });
      if (changed != 1) {
        faults.add("a write finds its user " + changed + " times");
      }
      acknowledged.computeIfAbsent(user, u -> new AtomicLong()).incrementAndGet();
      writes.incrementAndGet();
      time("writes", user, begun);
    } catch (SQLException e) {
      inDoubt.computeIfAbsent(user, u -> new AtomicLong()).incrementAndGet();
    }
  }

  private void read(MapProcess.Worker worker, Random random) throws SQLException {
    long user = 1 + random.nextInt(users);
    AtomicLong count = acknowledged.get(user);
    long before = count == null ? 0 : count.get();
    long begun = System.nanoTime();
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
    time("reads", user, begun);
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
  private void sleepy(Random random) {
    if (sleepy && random.nextInt(20) == 0) {
      LockSupport.parkNanos(random.nextLong(MOST_ASLEEP));
    }
  }

  /** How many writes of the one who knows no map were refused. */
  int refused() {
    return refused.get();
  }

  /** Forgets the times of what was done until now. */
  void forgetTimes() {
    times.values().forEach(Queue::clear);
  }

  /** The median, the 99th of a hundred, and the slowest of each kind, in milliseconds. */
  String times() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(times)
        .forEach(
            (kind, all) -> {
              long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
              if (sorted.length > 0) {
                text.append(
                    "%s: %d, median %.1f, p99 %.1f, slowest %.1f%n"
                        .formatted(
                            kind,
                            sorted.length,
                            sorted[sorted.length / 2] / 1e6,
                            sorted[(int) (sorted.length * 0.99)] / 1e6,
                            sorted[sorted.length - 1] / 1e6));
              }
            });
    return text.toString();
  }

  private void time(String what, long user, long begun) {
    String kind = what + (MovingShards.moves(user) ? " of rows that move" : " of other rows");
    times.computeIfAbsent(kind, k -> new ConcurrentLinkedQueue<>()).add(System.nanoTime() - begun);
  }

  int writes() {
    return writes.get();
  }

  int reads() {
    return reads.get();
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
