package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.outcome.PartialCommitException;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection that another thread closes, at any moment: all of a transaction or nothing. */
@LongRun
@SuppressWarnings("try") // connections are closed twice on purpose
class CloseBesideTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final int RUNS = Integer.getInteger("shardjdbc.close.runs", 25);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicLong TRANSFERS = new AtomicLong();

  private ShardDataSource dataSource;

  /** How another thread ends a connection. */
  private enum End {
    CLOSE,
    ABORT
  }

  private static final List<Connection> AUDITS = new ArrayList<>();

  @BeforeAll
  static void createTables() throws SQLException {
    for (String shard : cluster.primaryUrls().keySet()) {
      Connection audit = cluster.connect(shard);
      AUDITS.add(audit);
      run(audit, "CREATE TABLE entries (account bigint, transfer bigint, line int)");
    }
  }

  @AfterAll
  static void closeAudits() throws SQLException {
    for (Connection audit : AUDITS) {
      audit.close();
    }
    AUDITS.clear();
  }

  private void open(TransactionMode mode) throws SQLException {
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .shard("s1", cluster.primaryUrls().get("s1"))
            .transactions(mode)
            .pool(
                new PoolConfiguration(
                    3, 0, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .tables(t -> t.sharded("entries", "account"))
            .build();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    if (mayRecover) {
      dataSource.transactions().recover();
    }
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
    Deadline.in(PATIENCE)
        .await(
            "connections given back",
            () -> dataSource.usage().stream().mapToInt(NodeUsage::lent).sum() == 0);
    dataSource.close();
  }

  private boolean mayRecover;

  private static int lines(long transfer) throws SQLException {
    int lines = 0;
    for (Connection audit : AUDITS) {
      try (Statement statement = audit.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT count(*) FROM entries WHERE transfer = " + transfer)) {
        row.next();
        lines += row.getInt(1);
      }
    }
    return lines;
  }

  private static void insert(Connection connection, long account, long transfer, int line)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO entries VALUES (%d, %d, %d)".formatted(account, transfer, line));
    }
  }

  /** Three inserts and a commit or a rollback, with an end that comes at a drawn moment. */
  private void manyRuns(End end, List<Long> accounts) throws Exception {
    Random random = new Random(42);
    List<String> wrong = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      long transfer = TRANSFERS.incrementAndGet();
      boolean commits = run % 4 != 0;
      long delay = random.nextInt(2_500_000);
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(false);
        FutureTask<Throwable> ending =
            new FutureTask<>(
                () ->
                    catchThrowable(
                        () -> {
                          long due = System.nanoTime() + delay;
                          while (System.nanoTime() - due < 0) {
                            Thread.onSpinWait();
                          }
                          if (end == End.CLOSE) {
                            connection.close();
                          } else {
                            connection.abort(Runnable::run);
                          }
                        }));
        new Thread(ending, "ender").start();
        boolean[] toldCommitted = {false};
        Throwable told =
            catchThrowable(
                () -> {
                  for (int line = 0; line < 3; line++) {
                    insert(connection, accounts.get(line % accounts.size()), transfer, line);
                  }
                  if (commits) {
                    connection.commit();
                    toldCommitted[0] = true;
                  } else {
                    connection.rollback();
                  }
                });
        assertThat(ending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNull();
        if (mayRecover && told instanceof UnknownOutcomeException) {
          dataSource.transactions().recover();
        }
        int lines = lines(transfer);
        boolean unknown = told instanceof UnknownOutcomeException;
        boolean partial = told instanceof PartialCommitException;
        boolean right = unknown ? lines % 3 == 0 : partial || lines == (toldCommitted[0] ? 3 : 0);
        if (!right) {
          wrong.add("%d lines, committed %s, told %s".formatted(lines, toldCommitted[0], told));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private List<Long> accounts(int shards) {
    List<Long> accounts = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (long account = 1; accounts.size() < shards; account++) {
      String shard =
          dataSource
              .router()
              .shards("SELECT * FROM entries WHERE account = ?", List.of(account))
              .get(0)
              .name();
      if (!seen.contains(shard)) {
        seen.add(shard);
        accounts.add(account);
      }
    }
    return accounts;
  }

  @ParameterizedTest
  @EnumSource
  void aTransactionOfOneShardIsWhole(End end) throws Exception {
    open(TransactionMode.SINGLE_SHARD);
    manyRuns(end, accounts(1));
  }

  @ParameterizedTest
  @EnumSource
  void aTransactionOfTwoPhasesIsWhole(End end) throws Exception {
    open(TransactionMode.TWO_PHASE);
    mayRecover = true;
    manyRuns(end, accounts(2));
  }

  @Test
  void closingABestEffortTransactionDoesNotTearIt() throws Exception {
    open(TransactionMode.BEST_EFFORT);
    manyRuns(End.CLOSE, accounts(2));
  }

  /** A statement that waits for a row, and what closing beside it leaves. */
  private static <T> FutureTask<T> begin(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    new Thread(task, "worker").start();
    return task;
  }

  @Test
  void whatRunsWhileItIsClosedRunsToItsEndAndTheTransactionIsRolledBack() throws Exception {
    open(TransactionMode.SINGLE_SHARD);
    long account = accounts(1).get(0);
    long transfer = TRANSFERS.incrementAndGet();
    try (Connection holder = cluster.connect(shardOf(account))) {
      run(holder, "BEGIN; LOCK TABLE entries IN SHARE MODE");
      Connection connection = dataSource.getConnection();
      connection.setAutoCommit(false);
      FutureTask<Throwable> inserting =
          begin(() -> catchThrowable(() -> insert(connection, account, transfer, 0)));
      awaitWaiting(account);
      connection.close();
      assertThat(connection.isClosed()).isTrue();
      assertThat(inserting).isNotDone();
      run(holder, "COMMIT");
      assertThat(inserting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNull();
      assertThat(catchThrowable(() -> insert(connection, account, transfer, 1)))
          .hasMessageContaining("SJ0701");
    }
    assertThat(lines(transfer)).isZero();
  }

  @Test
  void aWriteInAutoCommitModeThatIsClosedMeanwhileStandsAndSaysSo() throws Exception {
    open(TransactionMode.SINGLE_SHARD);
    long account = accounts(1).get(0);
    long transfer = TRANSFERS.incrementAndGet();
    try (Connection holder = cluster.connect(shardOf(account))) {
      run(holder, "BEGIN; LOCK TABLE entries IN SHARE MODE");
      Connection connection = dataSource.getConnection();
      FutureTask<Throwable> inserting =
          begin(() -> catchThrowable(() -> insert(connection, account, transfer, 0)));
      awaitWaiting(account);
      connection.close();
      run(holder, "COMMIT");
      assertThat(inserting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNull();
    }
    assertThat(lines(transfer)).isOne();
  }

  @Test
  void abortingEndsWhatACloseWaitsFor() throws Exception {
    open(TransactionMode.SINGLE_SHARD);
    long account = accounts(1).get(0);
    long transfer = TRANSFERS.incrementAndGet();
    try (Connection holder = cluster.connect(shardOf(account))) {
      run(holder, "BEGIN; LOCK TABLE entries IN SHARE MODE");
      Connection connection = dataSource.getConnection();
      connection.setAutoCommit(false);
      FutureTask<Throwable> inserting =
          begin(() -> catchThrowable(() -> insert(connection, account, transfer, 0)));
      awaitWaiting(account);
      connection.close();
      connection.abort(Runnable::run);
      assertThat(inserting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(SQLException.class);
    }
    assertThat(lines(transfer)).isZero();
  }

  @Test
  void aConnectionMayCloseItselfInTheMiddleOfAResult() throws Exception {
    open(TransactionMode.SINGLE_SHARD);
    long account = accounts(1).get(0);
    insert(dataSource, account);
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM entries")) {
      rows.next();
      connection.close();
      assertThat(catchThrowable(rows::next)).isInstanceOf(SQLException.class);
    }
  }

  private static void insert(ShardDataSource dataSource, long account) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      insert(connection, account, TRANSFERS.incrementAndGet(), 0);
    }
  }

  private String shardOf(long account) {
    return dataSource
        .router()
        .shards("SELECT * FROM entries WHERE account = ?", List.of(account))
        .get(0)
        .name();
  }

  private void awaitWaiting(long account) throws SQLException {
    try (Connection connection = cluster.connect(shardOf(account));
        Statement statement = connection.createStatement()) {
      Deadline.in(PATIENCE)
          .await(
              "a statement waits for a lock",
              () -> {
                try (ResultSet row =
                    statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND datname = current_database()")) {
                  row.next();
                  return row.getInt(1) > 0;
                }
              });
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
