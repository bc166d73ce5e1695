package io.shardjdbc.tests.reshard;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.saga.Sagas;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that works on users by a DataSource of its own while shards come and go: writes and
 * reads of one user, reads over all shards, and transfers in two phases. It checks each read
 * against what all processes were told of their writes, and says what was wrong.
 */
public final class UserProgram {
  private static final long REST = Duration.ofMillis(100).toNanos();

  private final ShardDataSource shards;
  private final Sagas sagas;
  private final SharedHistory history;
  private final int number;
  private final int processes;
  private final int users;
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private volatile boolean over;

  private UserProgram(ShardDataSource shards, Sagas sagas, SharedHistory history, String[] args) {
    this.shards = shards;
    this.sagas = sagas;
    this.history = history;
    this.number = Integer.parseInt(args[2]);
    this.processes = Integer.parseInt(args[3]);
    this.users = Integer.parseInt(args[4]);
  }

  /** Configuration, history, this process's number, how many there are, and how many users. */
  public static void main(String[] args) throws Exception {
    SharedHistory history = SharedHistory.in(Path.of(args[1]), Integer.parseInt(args[4]));
    try (ShardDataSource shards = ShardDataSource.open(Path.of(args[0]));
        Sagas sagas = SagaTransfers.in(shards)) {
      new UserProgram(shards, sagas, history, args).run();
    }
    say("over");
  }

  private void run() throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    threads.add(start("write", this::write));
    threads.add(start("transfer", this::transfer));
    threads.add(start("read", this::read));
    threads.add(start("scatter", this::scatter));
    threads.add(start("saga", this::saga));
    say("ready");
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    say("counts " + new TreeMap<>(counts));
  }

  private interface Doing {
    void with(Random random) throws SQLException;
  }

  private Thread start(String what, Doing doing) {
    Random random = new Random(number * 31L + what.hashCode());
    Thread thread =
        new Thread(
            () -> {
              while (!over) {
                try {
                  doing.with(random);
                  count(what);
                } catch (SQLException e) {
                  failed(what, e);
                } catch (RuntimeException e) {
                  say("fault " + what + ": " + e);
                }
                LockSupport.parkNanos(REST);
              }
            },
            what);
    thread.start();
    return thread;
  }

  /** A server or a lock that is away for a moment is no fault; what cannot be told is one. */
  private void failed(String what, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    count(what + " " + state);
    boolean forTheMoment =
        state.startsWith("08")
            || state.startsWith("57")
            || state.startsWith("40")
            || state.startsWith("53")
            || state.startsWith("55")
            || state.startsWith("25")
            || CodedError.is(e, ErrorCode.SAGA_UNFINISHED);
    if (!forTheMoment) {
      say("fault " + what + ": " + state + " " + e.getMessage());
    }
  }

  private void count(String what) {
    counts.computeIfAbsent(what, w -> new AtomicInteger()).incrementAndGet();
  }

  /** One of the users to whom this process writes. */
  private int own(Random random) {
    int each = users / processes;
    return 1 + number + processes * random.nextInt(each);
  }

  private void write(Random random) throws SQLException {
    int user = own(random);
    history.begin(user);
    try (Connection connection = shards.getConnection();
        PreparedStatement add =
            connection.prepareStatement("UPDATE users SET n = n + 1 WHERE id = ? RETURNING n");
        PreparedStatement post =
            connection.prepareStatement("INSERT INTO posts (user_id, no) VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      add.setLong(1, user);
      post.setLong(1, user);
      post.setLong(2, one(add, "user " + user));
      post.executeUpdate();
      connection.commit();
      history.acknowledge(user);
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("40")) {
        history.undone(user);
      }
      throw e;
    }
  }

  private static long one(PreparedStatement statement, String what) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw new IllegalStateException(what + " is not found");
      }
      long number = rows.getLong(1);
      if (rows.next()) {
        throw new IllegalStateException(what + " is found twice");
      }
      return number;
    }
  }

  private void transfer(Random random) throws SQLException {
    int from = own(random);
    int to = own(random);
    if (from == to) {
      return;
    }
    try (Connection connection = shards.getConnection();
        PreparedStatement give =
            connection.prepareStatement("UPDATE users SET balance = balance + ? WHERE id = ?")) {
      connection.setAutoCommit(false);
      int amount = 1 + random.nextInt(10);
      give(give, Math.min(from, to), from < to ? -amount : amount);
      give(give, Math.max(from, to), from < to ? amount : -amount);
      connection.commit();
    }
  }

  private void saga(Random random) throws SQLException {
    int from = 1 + random.nextInt(users);
    int to = 1 + random.nextInt(users);
    if (from != to) {
      SagaTransfers.run(sagas, from, to, 1 + random.nextInt(7));
    }
  }

  private static void give(PreparedStatement give, int user, int amount) throws SQLException {
    give.setInt(1, amount);
    give.setInt(2, user);
    if (give.executeUpdate() != 1) {
      throw new IllegalStateException("a transfer does not find its user " + user);
    }
  }

  private void read(Random random) throws SQLException {
    int user = 1 + random.nextInt(users);
    long least = history.acknowledged(user);
    try (Connection connection = shards.getConnection();
        PreparedStatement read = connection.prepareStatement("SELECT n FROM users WHERE id = ?")) {
      read.setLong(1, user);
      long seen = one(read, "user " + user);
      long most = history.possible(user);
      if (seen < least) {
        say("fault read: user %d has %d, acknowledged were %d".formatted(user, seen, least));
      } else if (seen > most) {
        say("fault read: user %d has %d, begun were %d".formatted(user, seen, most));
      }
    }
  }

  private void scatter(Random random) throws SQLException {
    try (Connection connection = shards.getConnection();
        PreparedStatement count =
            connection.prepareStatement(
                random.nextBoolean()
                    ? "SELECT count(*) FROM users"
                    : "SELECT count(DISTINCT u.id) FROM users u JOIN posts p ON p.user_id ="
                        + " u.id")) {
      long seen = one(count, "a count");
      if (seen != users) {
        say("fault scatter: " + seen + " users of " + users);
      }
    }
  }

  @SuppressWarnings("SystemOut")
  private static void say(String what) {
    System.out.println(what);
  }
}
