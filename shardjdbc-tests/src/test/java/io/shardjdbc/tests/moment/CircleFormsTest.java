package io.shardjdbc.tests.moment;

import static io.shardjdbc.tests.moment.WaitCircle.outcome;
import static io.shardjdbc.tests.moment.WaitCircle.touch;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Circles over shards of other forms than two writers of rows. */
class CircleFormsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BEHIND = 7;

  private static ShardDataSource dataSource;
  private static List<Integer> accounts;

  @BeforeAll
  static void create() throws SQLException {
    Bank.createTables(cluster.primaryUrls());
    dataSource = open();
    Bank.fill(dataSource);
    List<Integer> three = Bank.onDifferentShards(dataSource, 3);
    accounts =
        List.of(three.get(0), three.get(1), three.get(2), Bank.neighbour(dataSource, three.get(0)));
  }

  private static ShardDataSource open() throws SQLException {
    return ShardDataSource.of(
        Bank.configuration(
                cluster.primaryUrls(), Bank.settings().withDeadlockInterval(Duration.ofMillis(100)))
            .build());
  }

  @AfterAll
  static void close() {
    THREADS.shutdown();
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
    dataSource.close();
  }

  private static Connection begin(ShardDataSource by) throws SQLException {
    Connection connection = by.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Does something and gives its locks back. */
  private static Future<String> goOn(Connection connection, WaitCircle.Action action) {
    return THREADS.submit(
        () -> {
          String outcome = outcome(action);
          connection.rollback();
          return outcome;
        });
  }

  private static String of(Future<String> one) throws Exception {
    return one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void awaitWaits(int count) throws Exception {
    Deadline.in(PATIENCE)
        .await("they wait", () -> dataSource.transactions().waits().size() >= count);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void awaitNextMillisecond() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() <= now + 1) {
      LockSupport.parkNanos(5_000_000);
    }
  }

  /** One of them came to its part of the circle last, but began first, on another shard. */
  @Test
  void theYoungestIsTheOneThatBeganLastWhereverThatWas() throws Exception {
    try (Connection old = begin(dataSource);
        Connection young = begin(dataSource)) {
      touch(old, accounts.get(2));
      awaitNextMillisecond();
      touch(young, accounts.get(3));
      touch(young, accounts.get(1));
      touch(old, accounts.get(0));
      Future<String> first = goOn(old, () -> touch(old, accounts.get(1)));
      Future<String> second = goOn(young, () -> touch(young, accounts.get(0)));
      assertThat(of(second)).startsWith("40P01").contains("SJ0685");
      assertThat(of(first)).isEqualTo("done");
    }
  }

  /** What a process says of its transactions has to reach the other one, however many wait. */
  @LongRun
  @Test
  void aCircleOfTwoProcessesIsSeenThoughManyStandBehindIt() throws Exception {
    List<Connection> open = new ArrayList<>();
    try (ShardDataSource another = open()) {
      Connection one = begin(dataSource);
      Connection other = begin(another);
      open.addAll(List.of(one, other));
      touch(one, accounts.get(0));
      touch(one, accounts.get(2));
      awaitNextMillisecond();
      touch(other, accounts.get(1));
      touch(other, accounts.get(3));
      List<Future<String>> behind = new ArrayList<>();
      for (int i = 0; i < 2 * BEHIND; i++) {
        boolean ofOne = i < BEHIND;
        Connection waiter = begin(ofOne ? dataSource : another);
        open.add(waiter);
        int own = 10_000 * (i + 1);
        String rows =
            IntStream.range(own, own + 12)
                .mapToObj(account -> "(" + account + ", 0)")
                .collect(Collectors.joining(", ", "INSERT INTO accounts VALUES ", ""));
        run(waiter, rows); // on all shards
        behind.add(goOn(waiter, () -> touch(waiter, accounts.get(ofOne ? 1 : 0))));
      }
      awaitWaits(behind.size());
      Future<String> first = goOn(one, () -> touch(one, accounts.get(1)));
      Future<String> second = goOn(other, () -> touch(other, accounts.get(0)));
      assertThat(of(second)).startsWith("40P01"); // it began last of the two
      assertThat(of(first)).isEqualTo("done");
      for (Future<String> waiter : behind) {
        assertThat(of(waiter)).isEqualTo("done");
      }
      for (Connection connection : open) {
        connection.close();
      }
    }
  }

  /** It only reads, and keeps a table on one shard from being locked while it waits on another. */
  @Test
  void aReadOnlyTransactionMayBeInIt() throws Exception {
    String lock = "/* shardjdbc: shard=%s */ LOCK TABLE cards IN ACCESS EXCLUSIVE MODE";
    String count = "SELECT count(*) FROM cards WHERE account = ";
    try (Connection reader = begin(dataSource);
        Connection owner = begin(dataSource)) {
      reader.setReadOnly(true);
      run(reader, count + accounts.get(0));
      run(reader, count + accounts.get(2));
      touch(owner, accounts.get(3));
      run(owner, lock.formatted(dataSource.shardOf("cards", accounts.get(1))));
      Future<String> reading = goOn(reader, () -> run(reader, count + accounts.get(1)));
      awaitWaits(1);
      String last = lock.formatted(dataSource.shardOf("cards", accounts.get(0)));
      Future<String> locking = goOn(owner, () -> run(owner, last));
      assertThat(List.of(of(reading), of(locking)))
          .filteredOn(outcome -> outcome.startsWith("40P01"))
          .hasSize(1);
    }
  }
}
