package io.shardjdbc.tests.moment;

import static io.shardjdbc.tests.moment.WaitCircle.outcome;
import static io.shardjdbc.tests.moment.WaitCircle.touch;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that wait for each other over shards, where no server sees the circle. */
class DeadlockTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(4));

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();

  private static ShardDataSource dataSource;
  private static List<Integer> accounts;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Bank.createAndOpen(
            cluster.primaryUrls(), Bank.settings().withDeadlockInterval(Duration.ofMillis(100)));
    accounts = Bank.onDifferentShards(dataSource, 4);
  }

  @AfterAll
  static void close() {
    THREADS.shutdown();
    dataSource.close();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    Deadline.in(Duration.ofNanos(PATIENCE))
        .await("all shards say what is in doubt", this::isAnswered);
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
  }

  /** On a busy machine a server may not answer in time, and is asked again. */
  private boolean isAnswered() throws SQLException {
    try {
      assertThat(dataSource.transactions().inDoubt()).isEmpty();
      return true;
    } catch (SQLTransientConnectionException e) {
      return false;
    }
  }

  private static void awaitWaits(int count) throws Exception {
    long until = System.nanoTime() + PATIENCE;
    while (dataSource.transactions().waits().size() < count) {
      assertThat(System.nanoTime()).isLessThan(until);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource({"2", "3", "4"})
  void oneOfThoseInACircleIsEnded(int size) throws Exception {
    long before = dataSource.transactions().deadlocks();
    WaitCircle.of(dataSource, size).assertOneVictim();
    assertThat(dataSource.transactions().deadlocks()).isEqualTo(before + 1);
  }

  /**
   * A part is prepared and keeps its rows, while another part of the same transaction waits in its
   * own prepare: for a row that a deferred constraint has to look at.
   */
  @LongRun
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCircleMayGoThroughWhatIsPrepared(boolean theOneThatPreparesIsYoungest) throws Exception {
    WaitCircle circle = WaitCircle.throughPrepared(dataSource, theOneThatPreparesIsYoungest);
    String ofCommit = circle.outcomes().get(0);
    String ofDelete = circle.outcomes().get(1);
    assertThat(theOneThatPreparesIsYoungest ? ofCommit : ofDelete).startsWith("40P01");
    assertThat(theOneThatPreparesIsYoungest ? ofDelete : ofCommit).isEqualTo("done");
  }

  @Test
  void aCircleMayGoThroughATransactionOfOneShard() throws Exception {
    int neighbour = Bank.neighbour(dataSource, accounts.get(1));
    try (Connection one = dataSource.getConnection();
        Connection local = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      for (Connection connection : List.of(one, local, other)) {
        connection.setAutoCommit(false);
      }
      touch(one, accounts.get(2));
      touch(one, accounts.get(0));
      touch(local, accounts.get(1));
      touch(other, accounts.get(3));
      touch(other, neighbour);
      Future<String> first = THREADS.submit(() -> outcome(() -> touch(local, neighbour)));
      Future<String> second = THREADS.submit(() -> outcome(() -> touch(one, accounts.get(1))));
      Future<String> third = THREADS.submit(() -> outcome(() -> touch(other, accounts.get(0))));
      assertThat(third.get(60, TimeUnit.SECONDS)).startsWith("40P01").contains("SJ0685");
      other.rollback();
      assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("done");
      local.rollback();
      assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo("done");
      one.rollback();
    }
  }

  @Test
  void aCircleOnOneServerIsLeftToIt() throws Exception {
    int neighbour = Bank.neighbour(dataSource, accounts.get(1));
    try (Connection one = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      for (Connection connection : List.of(one, other)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("SET LOCAL deadlock_timeout = '50ms'");
        }
      }
      touch(one, accounts.get(0));
      touch(one, accounts.get(1));
      touch(other, accounts.get(2));
      touch(other, neighbour);
      Future<String> first = THREADS.submit(() -> andBack(one, () -> touch(one, neighbour)));
      Future<String> second =
          THREADS.submit(() -> andBack(other, () -> touch(other, accounts.get(1))));
      assertThat(List.of(first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS)))
          .filteredOn(outcome -> outcome.startsWith("40P01"))
          .singleElement()
          .asString()
          .doesNotContain("SJ0685");
    }
  }

  /** Gives its locks back where it fails. */
  private static String andBack(Connection connection, WaitCircle.Action action)
      throws SQLException {
    String outcome = outcome(action);
    connection.rollback();
    return outcome;
  }

  @LongRun
  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS) // as long as it is told to
  void nobodyIsEndedWhereNobodyWaitsInACircle() throws Exception {
    Duration length = Duration.parse(System.getProperty("shardjdbc.deadlocks.load", "PT0.4S"));
    try (ShardDataSource watched =
            ShardDataSource.of(
                Bank.configuration(
                        cluster.primaryUrls(),
                        Bank.settings().withDeadlockInterval(Duration.ofMillis(20)))
                    .build());
        Movers movers = Movers.start(watched, 8)) { // closing them fails, if one of them has
      long until = System.nanoTime() + length.toNanos();
      long waits = 0;
      while (System.nanoTime() < until || movers.moved() < 50 || waits < 5) {
        waits += watched.transactions().waits().size();
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(watched.transactions().deadlocks()).isZero();
      System.out.printf(
          "no victim in %s, %d moves and %d waits that were seen%n", length, movers.moved(), waits);
    }
  }

  @Test
  void whoWaitsForWhomIsShown() throws Exception {
    try (Connection holder = dataSource.getConnection();
        Connection waiter = dataSource.getConnection()) {
      holder.setAutoCommit(false);
      waiter.setAutoCommit(false);
      touch(holder, accounts.get(0));
      touch(holder, accounts.get(1));
      touch(waiter, accounts.get(2));
      Future<?> waits =
          THREADS.submit(
              () -> {
                touch(waiter, accounts.get(0));
                return null;
              });
      awaitWaits(1);
      TransactionWait wait = dataSource.transactions().waits().get(0);
      assertThat(wait.shard()).isEqualTo(dataSource.shardOf("accounts", accounts.get(0)));
      assertThat(wait.waiter().name()).startsWith("transaction ");
      assertThat(wait.holder().name())
          .startsWith("transaction ")
          .isNotEqualTo(wait.waiter().name());
      assertThat(wait.waiter().summary()).contains("UPDATE accounts");
      assertThat(wait.holder().summary()).isEmpty();
      assertThat(wait.lock()).isEqualTo("ShareLock on transactionid");
      holder.rollback();
      waits.get(60, TimeUnit.SECONDS);
      waiter.rollback();
    }
  }
}
