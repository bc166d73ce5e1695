package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
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
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A transaction that another thread ends, at any moment, while its owner runs statements over
 * shards: each statement is of one transaction, whole.
 */
@LongRun
@Timeout(240)
class EndBesideTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final int RUNS = Integer.getInteger("shardjdbc.ends.runs", 25);
  private static final int STATEMENTS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<Connection> AUDITS = new ArrayList<>();
  private static final AtomicLong LINES = new AtomicLong();
  private static ShardDataSource dataSource;
  private static List<Long> accounts;

  /** How another thread ends a transaction. */
  private enum End {
    COMMIT,
    ROLLBACK,
    AUTO_COMMIT
  }

  @BeforeAll
  static void open() throws SQLException {
    for (String shard : cluster.primaryUrls().keySet()) {
      Connection audit = cluster.connect(shard);
      AUDITS.add(audit);
      try (Statement statement = audit.createStatement()) {
        statement.execute("CREATE TABLE entries (account bigint, line bigint)");
      }
    }
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .shard("s1", cluster.primaryUrls().get("s1"))
            .transactions(TransactionMode.TWO_PHASE)
            .tables(t -> t.sharded("entries", "account"))
            .build();
    accounts = new ArrayList<>();
    for (long account = 1; accounts.size() < 2; account++) {
      if (dataSource.shardOf("entries", account).name().equals("s" + accounts.size())) {
        accounts.add(account);
      }
    }
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
    Deadline.in(PATIENCE)
        .await(
            "connections given back",
            () -> dataSource.usage().stream().mapToInt(NodeUsage::lent).sum() == 0);
  }

  @AfterAll
  static void close() throws SQLException {
    dataSource.close();
    for (Connection audit : AUDITS) {
      audit.close();
    }
    AUDITS.clear();
  }

  @ParameterizedTest
  @EnumSource
  void eachStatementIsOfOneTransaction(End end) throws Exception {
    Random random = new Random(42);
    List<String> torn = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      long firstLine = LINES.getAndAdd(STATEMENTS);
      List<Throwable> told = new ArrayList<>();
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(false);
        long delay = random.nextInt(4_000_000);
        FutureTask<Throwable> ending =
            new FutureTask<>(
                () -> {
                  LockSupport.parkNanos(delay); // the drawn moment
                  return catchThrowable(() -> end(connection, end));
                });
        new Thread(ending, "ender").start();
        for (int i = 0; i < STATEMENTS; i++) {
          long line = firstLine + i;
          told.add(catchThrowable(() -> insert(connection, line)));
        }
        ending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        told.add(catchThrowable(connection::rollback));
      }
      for (long line = firstLine; line < firstLine + STATEMENTS; line++) {
        int rows = rows(line);
        if (rows != 0 && rows != 2) {
          torn.add("run %d: %d of 2 rows of line %d, told %s".formatted(run, rows, line, told));
        }
      }
    }
    assertThat(torn).isEmpty();
  }

  private static void end(Connection connection, End end) throws SQLException {
    switch (end) {
      case COMMIT -> connection.commit();
      case ROLLBACK -> connection.rollback();
      case AUTO_COMMIT -> connection.setAutoCommit(true);
    }
  }

  private static void insert(Connection connection, long line) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO entries VALUES (%d, %d), (%d, %d)"
              .formatted(accounts.get(0), line, accounts.get(1), line));
    }
  }

  private static int rows(long line) throws SQLException {
    int rows = 0;
    for (Connection audit : AUDITS) {
      try (Statement statement = audit.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT count(*) FROM entries WHERE line = " + line)) {
        row.next();
        rows += row.getInt(1);
      }
    }
    return rows;
  }
}
