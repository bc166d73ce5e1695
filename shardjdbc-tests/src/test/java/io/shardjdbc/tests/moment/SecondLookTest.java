package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import io.shardjdbc.testkit.proxy.MessageFaults;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A look at two servers, between which one wait ends and another one begins: the two make a circle
 * that never was.
 */
class SecondLookTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final Map<String, Connection> ASKED = new TreeMap<>();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WAITS_AT_GATE = Duration.ofSeconds(2);

  private static final String LOOKS =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shardjdbc deadlocks'"
          + " AND datname = current_database() AND state = 'idle' AND query_start > '%s'";
  private static final String WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted";

  /** What the look at a server is known by. */
  private static final String LOOK = "WITH locks";

  private static volatile CountDownLatch gate = new CountDownLatch(0);

  private static final AtomicLong BEGUN = new AtomicLong();

  /** When the latest look was sent; what a server began to do later is that look, or behind it. */
  private static volatile Instant sent = Instant.EPOCH;

  private static TcpProxy watched;
  private static TcpProxy proxy;
  private static ShardDataSource dataSource;
  private static List<Integer> accounts;

  @BeforeAll
  static void open() throws SQLException {
    Bank.createTables(cluster.primaryUrls());
    Map<String, String> urls = new TreeMap<>(cluster.primaryUrls());
    for (String shard : List.of("s0", "s1")) {
      ASKED.put(shard, cluster.connect(shard));
    }
    watched = through("s0", new Counter(), urls);
    proxy = through("s1", new Gate(), urls);
    dataSource =
        ShardDataSource.of(
            Bank.configuration(urls, Bank.settings().withDeadlockInterval(Duration.ofMillis(20)))
                .build());
    Bank.fill(dataSource);
    accounts = Bank.thereAndBack(dataSource);
  }

  private static TcpProxy through(String shard, MessageFaults faults, Map<String, String> urls) {
    String direct = String.valueOf(urls.get(shard));
    String host = direct.replaceAll("^jdbc:postgresql://([^:/]+):.*$", "$1");
    String port = direct.replaceAll("^jdbc:postgresql://[^:/]+:([0-9]+)/.*$", "$1");
    TcpProxy to = TcpProxy.to(host, Integer.parseInt(port));
    to.onMessages(faults);
    urls.put(shard, direct.replace("//" + host + ":" + port, "//" + to.host() + ":" + to.port()));
    return to;
  }

  /** Counts looks that begin. */
  private static final class Counter implements MessageFaults {

    @Override
    public Fate of(boolean request, int type) {
      return Fate.PASS;
    }

    @Override
    public Fate of(boolean request, int type, byte[] message) {
      if (request && new String(message, StandardCharsets.ISO_8859_1).contains(LOOK)) {
        sent = Instant.now();
        BEGUN.incrementAndGet();
      }
      return Fate.PASS;
    }
  }

  /** Holds back looks alone. */
  private static final class Gate implements MessageFaults {

    @Override
    public Fate of(boolean request, int type) {
      return Fate.PASS;
    }

    @Override
    public Fate of(boolean request, int type, byte[] message) {
      if (request && new String(message, StandardCharsets.ISO_8859_1).contains(LOOK)) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          return Fate.CUT;
        }
      }
      return Fate.PASS;
    }
  }

  @AfterAll
  static void close() throws SQLException {
    for (Connection asked : ASKED.values()) {
      asked.close();
    }
    THREADS.shutdown();
    dataSource.close();
    proxy.close();
    watched.close();
  }

  @AfterEach
  void putBack() {
    gate.countDown();
    Fence.SECOND_LOOK.out(false);
  }

  private static Connection begin() throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static boolean touch(Connection connection, int account) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE accounts SET balance = balance WHERE account = " + account);
      return true;
    }
  }

  /** Asked over one connection: while the gate is closed there is no time to open others. */
  private static String answer(String shard, String sql) throws SQLException {
    try (Statement statement = ASKED.get(shard).createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void await(String what, String shard, String sql) throws SQLException {
    Deadline.in(PATIENCE).await(what, () -> !answer(shard, sql).equals("0"));
  }

  /** Another look at a shard from now on, or what comes behind one. */
  private static void awaitLook(String shard) throws SQLException {
    String now = answer(shard, "SELECT clock_timestamp()");
    await("a look", shard, LOOKS.formatted(now));
  }

  /**
   * Closes the gate in front of a look that has yet to see this shard. One that has seen it already
   * would wait at the gate for long, so the gate is opened for it and closed again.
   */
  private static void closeGateBeforeALookAt(String shard) throws SQLException {
    closeGate();
    AtomicLong begun = new AtomicLong(BEGUN.get());
    AtomicLong since = new AtomicLong(System.nanoTime());
    Deadline.in(PATIENCE)
        .await(
            "a look",
            () -> {
              if (System.nanoTime() - since.get() > WAITS_AT_GATE.toNanos()) {
                gate.countDown();
                closeGate();
                begun.set(BEGUN.get());
                since.set(System.nanoTime());
              }
              return BEGUN.get() > begun.get() && !answer(shard, LOOKS.formatted(sent)).equals("0");
            });
  }

  private static void closeGate() {
    gate = new CountDownLatch(1);
  }

  /** What becomes of one who waits in a circle that never was. */
  private static String outcome() throws Exception {
    try (Connection one = begin();
        Connection other = begin()) {
      touch(other, accounts.get(2));
      Savepoint before = other.setSavepoint();
      touch(other, accounts.get(0));
      touch(one, accounts.get(3));
      touch(one, accounts.get(1));
      Future<Boolean> first = THREADS.submit(() -> touch(one, accounts.get(0)));
      await("the first wait", "s0", WAITS);
      closeGateBeforeALookAt("s0"); // which sees that one waits for the other
      other.rollback(before);
      first.get(60, TimeUnit.SECONDS);
      Future<Boolean> second = THREADS.submit(() -> touch(other, accounts.get(1)));
      await("the second wait", "s1", WAITS);
      gate.countDown(); // the same look sees that the other waits for the one
      awaitLook("s1");
      awaitLook("s1");
      if (!second.isDone()) {
        one.rollback();
      }
      try {
        second.get(60, TimeUnit.SECONDS);
        return "done";
      } catch (ExecutionException e) {
        return String.valueOf(e.getCause());
      }
    }
  }

  @Test
  void whatIsSeenOnceIsNoCircle() throws Exception {
    assertThat(outcome()).isEqualTo("done");
  }

  @Test
  void withOneLookSomebodyIsEndedForNothing() throws Exception {
    Fence.SECOND_LOOK.out(true);
    String outcome = outcome();
    // A look that a busy machine lets wait at the gate for too long is given up, and shows nothing.
    for (int tries = 1; tries < 10 && outcome.equals("done"); tries++) {
      outcome = outcome();
    }
    assertThat(outcome).contains("SJ0685");
  }
}
