package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commits that return when they are decided, while the shards are still being told. */
class AcknowledgementTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final AtomicLong TRANSFERS = new AtomicLong();

  private final long transfer = TRANSFERS.incrementAndGet();
  private final CountDownLatch mayTell = new CountDownLatch(1);
  private ShardDataSource dataSource;
  private List<Long> accounts;

  @BeforeAll
  static void createTables() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
  }

  @BeforeEach
  void open() throws SQLException {
    dataSource = open(8, (step, shard) -> holdBack(step));
    accounts = List.copyOf(Accounts.accountOnEach(dataSource, 3).values());
  }

  private static ShardDataSource open(int connections, CommitObserver observer)
      throws SQLException {
    PoolConfiguration pool =
        new PoolConfiguration(
            connections, 0, Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5));
    return ObservedDataSource.open(
        Accounts.configuration(cluster.primaryUrls())
            .pool(pool)
            .transactions(Accounts.settings(Acknowledgement.DECIDED))
            .build(),
        observer);
  }

  private void holdBack(Step step) {
    if (step == Step.BEFORE_TELLING) {
      try {
        assertThat(mayTell.await(Accounts.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @AfterEach
  void everythingIsToldAndGivenBack() throws SQLException {
    mayTell.countDown();
    Deadline.in(Accounts.PATIENCE).await("connections given back", () -> lent(dataSource) == 0);
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
    dataSource.close();
    assertThat(entered()).containsExactlyInAnyOrderElementsOf(accounts);
  }

  private static int lent(ShardDataSource dataSource) {
    return dataSource.usage().stream().mapToInt(NodeUsage::lent).sum();
  }

  private List<Long> entered() throws SQLException {
    return Accounts.entered(plain, transfer);
  }

  private String count(int account) {
    return "SELECT count(*) FROM entries WHERE account = %d AND transfer = %d"
        .formatted(accounts.get(account), transfer);
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return Accounts.number(connection, sql);
    }
  }

  /** Begins to do something, and waits until it waits. */
  private static <T> FutureTask<T> waiting(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "waiting");
    thread.start();
    Deadline.in(Accounts.PATIENCE)
        .await(
            "waiting",
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
    return task;
  }

  private static <T> T result(FutureTask<T> task) throws Exception {
    return task.get(Accounts.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @LongRun
  @Test
  void theDecidingShardIsReadAtOnceAndTheOthersWhenTheyHaveBeenTold() throws Exception {
    Accounts.transfer(dataSource, accounts, transfer);
    assertThat(entered()).containsExactly(accounts.get(0));
    assertThat(number(count(0))).isOne();
    FutureTask<Long> read = waiting(() -> number(count(1)));
    assertThat(read).isNotDone();
    mayTell.countDown();
    assertThat(result(read)).isOne();
  }

  @LongRun
  @Test
  void aReadOfAllShardsWaitsForAll() throws Exception {
    Accounts.transfer(dataSource, accounts, transfer);
    String sql = "SELECT count(*) FROM entries WHERE transfer = " + transfer;
    FutureTask<Long> read = waiting(() -> number(sql));
    mayTell.countDown();
    assertThat(result(read)).isEqualTo(3);
  }

  @LongRun
  @Test
  void aTransactionThatHasReadAShardBeforeWaitsToo() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      assertThat(Accounts.number(connection, count(1))).isZero();
      Accounts.transfer(dataSource, accounts, transfer);
      FutureTask<Long> read = waiting(() -> Accounts.number(connection, count(1)));
      mayTell.countDown();
      assertThat(result(read)).isOne();
      connection.rollback();
    }
  }

  @Test
  void aWriteOverShardsInAutoCommitModeIsAcknowledgedAlike() throws Exception {
    String values =
        accounts.stream()
            .map(account -> "(%d, %d)".formatted(account, transfer))
            .collect(java.util.stream.Collectors.joining(", "));
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("INSERT INTO entries VALUES " + values)).isEqualTo(3);
      assertThat(entered()).hasSize(1);
      FutureTask<Long> update =
          waiting(
              () ->
                  (long)
                      statement.executeUpdate(
                          "UPDATE entries SET transfer = transfer WHERE transfer = " + transfer));
      mayTell.countDown();
      assertThat(result(update)).isEqualTo(3);
    }
  }

  @LongRun
  @Test
  void closingWaitsUntilAllHaveBeenTold() throws Exception {
    ShardDataSource closed = open(8, (step, shard) -> holdBack(step));
    Accounts.transfer(closed, accounts, transfer);
    FutureTask<Boolean> closing =
        waiting(
            () -> {
              closed.close();
              return true;
            });
    assertThat(closing).isNotDone();
    mayTell.countDown();
    assertThat(result(closing)).isTrue();
    assertThat(entered()).hasSize(3);
  }

  @LongRun
  @Test
  void aShardThatCannotBeToldIsLeftToRecovery() throws Exception {
    try (ShardDataSource failing =
        open(
            8,
            (step, shard) -> {
              if (step == Step.BEFORE_TELLING && shard.name().equals("s1")) {
                throw new IllegalStateException("cannot be told");
              }
            })) {
      Accounts.transfer(failing, accounts, transfer);
      Deadline.in(Accounts.PATIENCE).await("recovery", () -> entered().size() == 3);
      assertThat(lent(failing)).isZero();
    }
  }

  @LongRun
  @Test
  void oneConnectionForEachShardIsEnough() throws Exception {
    mayTell.countDown();
    Accounts.transfer(dataSource, accounts, transfer);
    try (ShardDataSource narrow = open(1, CommitObserver.NONE)) {
      for (int i = 0; i < 20; i++) {
        Accounts.transfer(narrow, accounts, TRANSFERS.incrementAndGet());
      }
      try (Connection connection = narrow.getConnection()) {
        assertThat(Accounts.number(connection, "SELECT count(*) FROM entries"))
            .isEqualTo(
                Accounts.entered(cluster.primaryUrls()).values().stream().mapToInt(n -> n).sum());
      }
    }
  }
}
