package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.config.SnapshotSettings;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits beside a reader that has the locks of shards for longer than any does. */
@LongRun
class HeldMomentTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CLASS = 0x736A6462;
  private static final String LOCK = "SELECT pg_advisory_xact_lock(" + CLASS + ", 1)";

  /** Somebody has waited to share the lock for longer than any time-out of his. */
  private static final String WAITED =
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = "
          + CLASS
          + " AND objid = 1 AND mode = 'ShareLock' AND NOT granted AND database ="
          + " (SELECT oid FROM pg_database WHERE datname = current_database())"
          + " AND clock_timestamp() - waitstart > '200ms'";

  private static final String END_HOLDERS =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory'"
          + " AND classid = "
          + CLASS
          + " AND objid = 1 AND mode = 'ExclusiveLock' AND granted AND database ="
          + " (SELECT oid FROM pg_database WHERE datname = current_database())";

  private static ShardDataSource dataSource;
  private static List<Integer> accounts;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Bank.createAndOpen(
            cluster.primaryUrls(),
            Bank.settings()
                .withIsolationOverShards(IsolationOverShards.SNAPSHOT)
                .withSnapshots(new SnapshotSettings(true, PATIENCE)));
    accounts = Bank.onDifferentShards(dataSource, 3);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  /** Holds shards as a reader does. */
  private static Connection hold(int account) throws SQLException {
    Connection reader = cluster.connect(shardOf(account));
    reader.setAutoCommit(false);
    execute(reader, LOCK);
    return reader;
  }

  private static String shardOf(int account) throws SQLException {
    return dataSource.shardOf("accounts", account).name();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void move(Connection connection) throws SQLException {
    WaitCircle.touch(connection, accounts.get(0));
    WaitCircle.touch(connection, accounts.get(1));
    WaitCircle.touch(connection, accounts.get(2));
  }

  private record Branch(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 1616;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {0};
    }
  }

  /** Else a reader that has this shard and waits for the other one would wait for the branch. */
  @Test
  void aBranchThatHasSharedTheLockOnceWaitsForItNowhereElse() throws Exception {
    XAConnection resource = new ShardXADataSource(dataSource).getXAConnection();
    XAResource manager = resource.getXAResource();
    Connection first = plain.to(shardOf(accounts.get(0)));
    try (Connection second = hold(accounts.get(1));
        Connection third = hold(accounts.get(2))) {
      Xid xid = new Branch(1);
      manager.start(xid, XAResource.TMNOFLAGS);
      move(resource.getConnection());
      manager.end(xid, XAResource.TMSUCCESS);
      Beside.run(() -> prepare(manager, xid)).get(60, TimeUnit.SECONDS);
      assertThat(number(first, "SELECT pg_try_advisory_xact_lock(" + CLASS + ", 1)::int")).isZero();
      Beside.run(() -> commit(manager, xid)).get(60, TimeUnit.SECONDS);
      assertThat(number(first, "SELECT pg_try_advisory_xact_lock(" + CLASS + ", 1)::int")).isOne();
      second.rollback();
      third.rollback();
    } finally {
      resource.close();
    }
  }

  private static void prepare(XAResource manager, Xid xid) {
    try {
      manager.prepare(xid);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void commit(XAResource manager, Xid xid) {
    try {
      manager.commit(xid, false);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The application's time-outs are about what it does; a commit waits for a reader beside them.
   */
  @ParameterizedTest
  @ValueSource(strings = {"lock_timeout", "statement_timeout"})
  void noTimeOutOfTheApplicationEndsACommitThatWaitsForAReader(String timeOut) throws Exception {
    Connection looking = plain.to(shardOf(accounts.get(0)));
    try (Connection connection = dataSource.getConnection();
        Connection reader = hold(accounts.get(0))) {
      connection.setAutoCommit(false);
      move(connection);
      execute(connection, "SET LOCAL " + timeOut + " = '100ms'");
      CompletableFuture<String> commit = Beside.get(() -> WaitCircle.outcome(connection::commit));
      Deadline.in(PATIENCE).await("it has waited", () -> number(looking, WAITED) == 1);
      reader.rollback();
      assertThat(commit.get(60, TimeUnit.SECONDS)).isEqualTo("done");
    }
  }

  @Test
  void norTheFirstPartOfABranch() throws Exception {
    XAConnection resource = new ShardXADataSource(dataSource).getXAConnection();
    XAResource manager = resource.getXAResource();
    Connection looking = plain.to(shardOf(accounts.get(0)));
    try (Connection reader = hold(accounts.get(0))) {
      Xid xid = new Branch(2);
      manager.start(xid, XAResource.TMNOFLAGS);
      move(resource.getConnection());
      execute(resource.getConnection(), "SET LOCAL lock_timeout = '100ms'");
      execute(resource.getConnection(), "SET LOCAL statement_timeout = '150ms'");
      manager.end(xid, XAResource.TMSUCCESS);
      CompletableFuture<Void> prepare = Beside.run(() -> prepare(manager, xid));
      Deadline.in(PATIENCE).await("it has waited", () -> number(looking, WAITED) == 1);
      reader.rollback();
      prepare.get(60, TimeUnit.SECONDS);
      manager.rollback(xid);
    } finally {
      resource.close();
    }
  }

  /** For a read outside of a transaction; the usual patience is longer than the test would wait. */
  @Test
  void theTimeOutOfAStatementLimitsHowLongAMomentIsLookedFor() throws Exception {
    try (Connection inTheWay = cluster.connect(shardOf(accounts.get(0)));
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      inTheWay.setAutoCommit(false);
      execute(inTheWay, LOCK.replace("xact_lock", "xact_lock_shared"));
      statement.setQueryTimeout(1);
      assertThat(WaitCircle.outcome(() -> statement.executeQuery(Bank.SUM)))
          .startsWith("57014")
          .contains("SJ0680", "PT1S");
      inTheWay.rollback();
    }
  }

  /** The first looks for a moment, and the others wait for him. */
  @Test
  void cancelEndsTheLookForAMoment() throws Exception {
    try (Connection inTheWay = cluster.connect(shardOf(accounts.get(0)));
        Connection one = dataSource.getConnection();
        Connection two = dataSource.getConnection();
        Connection three = dataSource.getConnection();
        Statement looking = one.createStatement();
        Statement waiting = two.createStatement();
        Statement staying = three.createStatement()) {
      inTheWay.setAutoCommit(false);
      execute(inTheWay, LOCK.replace("xact_lock", "xact_lock_shared"));
      two.setAutoCommit(false);
      two.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      List<CompletableFuture<String>> reads = new ArrayList<>();
      for (Statement statement : List.of(looking, waiting)) {
        reads.add(Beside.get(() -> WaitCircle.outcome(() -> statement.executeQuery(Bank.SUM))));
      }
      CompletableFuture<Long> third =
          Beside.get(
              () -> {
                try (ResultSet row = staying.executeQuery(Bank.SUM)) {
                  row.next();
                  return row.getLong(1);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      Deadline.in(PATIENCE)
          .await(
              "both are cancelled",
              () -> {
                looking.cancel();
                waiting.cancel();
                return reads.stream().allMatch(CompletableFuture::isDone);
              });
      for (CompletableFuture<String> read : reads) {
        assertThat(read.get()).startsWith("57014").contains("SJ0504");
      }
      assertThat(WaitCircle.outcome(() -> waiting.executeQuery("SELECT 1"))).startsWith("25P02");
      inTheWay.rollback();
      assertThat(third.get(60, TimeUnit.SECONDS)).isEqualTo(Bank.TOTAL);
    }
  }

  /** Which a read needs only while something is prepared: it may find out late. */
  @LongRun
  @Test
  void aUserWhoMayNotReadDecisionsIsToldWhichRightIsMissing() throws Exception {
    dataSource.transactions().install();
    plain.everywhere("CREATE ROLE momentless LOGIN; GRANT SELECT ON accounts TO momentless");
    Map<String, String> urls = new LinkedHashMap<>(cluster.primaryUrls());
    urls.replaceAll((shard, url) -> url.replaceAll("user=[^&]*", "user=momentless"));
    Connection server = plain.to("s0");
    try (ShardDataSource others =
            ShardDataSource.of(
                Bank.configuration(
                        urls, Bank.settings().withSnapshots(new SnapshotSettings(true, PATIENCE)))
                    .build());
        Connection connection = others.getConnection()) {
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
      String part =
          "'shardjdbc:1:ffffffff-ffff-7fff-bfff-ffffffffffff:" + store(server) + ":s0:s0'";
      execute(server, "BEGIN; UPDATE accounts SET balance = 0; PREPARE TRANSACTION " + part);
      try {
        for (String missing : List.of("schema shardjdbc", "table store", "table decision")) {
          assertThat(WaitCircle.outcome(() -> Bank.sum(connection)))
              .startsWith("42501")
              .contains("SJ0686", "shard s0", missing);
          plain.everywhere(
              missing.startsWith("schema")
                  ? "GRANT USAGE ON SCHEMA shardjdbc TO momentless"
                  : "GRANT SELECT ON shardjdbc." + missing.substring(6) + " TO momentless");
        }
        assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
      } finally {
        execute(server, "ROLLBACK PREPARED " + part);
        plain.everywhere("DROP OWNED BY momentless; DROP ROLE momentless");
      }
    }
  }

  private static String store(Connection server) throws SQLException {
    try (Statement statement = server.createStatement();
        ResultSet row = statement.executeQuery("SELECT left(id::text, 8) FROM shardjdbc.store")) {
      row.next();
      return row.getString(1);
    }
  }

  /** A server that hears nothing for too long ends the session by which a shard is held. */
  @Test
  void aReaderWhoseLockIsLostBeforeItHasLookedTriesAgain() throws Exception {
    Connection ending = plain.to(shardOf(accounts.get(1)));
    try (Connection inTheWay = cluster.connect(shardOf(accounts.get(0)));
        Connection connection = dataSource.getConnection()) {
      inTheWay.setAutoCommit(false);
      execute(inTheWay, "UPDATE accounts SET balance = balance");
      execute(inTheWay, "PREPARE TRANSACTION 'shardjdbc:of-nobody-known'");
      inTheWay.setAutoCommit(true);
      try {
        CompletableFuture<Long> sum =
            Beside.get(
                () -> {
                  try {
                    return Bank.sum(connection);
                  } catch (SQLException e) {
                    throw new IllegalStateException(e);
                  }
                });
        for (int i = 0; i < 3; i++) {
          Deadline.in(PATIENCE).await("it holds", () -> number(ending, END_HOLDERS) > 0);
        }
        execute(inTheWay, "ROLLBACK PREPARED 'shardjdbc:of-nobody-known'");
        assertThat(sum.get(60, TimeUnit.SECONDS)).isEqualTo(Bank.TOTAL);
      } finally {
        WaitCircle.outcome(
            () -> execute(inTheWay, "ROLLBACK PREPARED 'shardjdbc:of-nobody-known'"));
      }
    }
  }
}
