package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Transactions over several shards in two-phase mode. */
class TwoPhaseTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final AtomicLong TRANSFERS = new AtomicLong();
  private static final Queue<String> STEPS = new ConcurrentLinkedQueue<>();

  private static ShardDataSource dataSource;
  private static Map<String, Long> accounts;

  private final long transfer = TRANSFERS.incrementAndGet();
  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource =
        Accounts.open(cluster.primaryUrls(), (step, shard) -> STEPS.add(step + " " + shard));
    accounts = Accounts.accountOnEach(dataSource, 3);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    STEPS.clear();
    connection = dataSource.getConnection();
    connection.setAutoCommit(false);
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    connection.close();
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
  }

  private static List<String> steps(Step step) {
    return STEPS.stream().filter(s -> s.startsWith(step + " ")).toList();
  }

  private static long account(String shard) {
    return accounts.get(shard);
  }

  private void enter(String shard) throws SQLException {
    Accounts.enter(connection, account(shard), transfer);
  }

  private Collection<Long> entered() throws SQLException {
    return Accounts.entered(plain, transfer);
  }

  @Test
  void installingWhatIsThereWaitsForNobodyWhoDecides() throws Exception {
    FutureTask<Void> installing =
        new FutureTask<>(
            () -> {
              dataSource.transactions().install();
              return null;
            });
    Thread installer = new Thread(installing, "installer");
    try (Connection deciding = cluster.connect("s0");
        Statement statement = deciding.createStatement()) {
      deciding.setAutoCommit(false);
      statement.execute("LOCK shardjdbc.decision, shardjdbc.store IN ROW EXCLUSIVE MODE");
      installer.start();
      installing.get(20, TimeUnit.SECONDS);
    } finally {
      installer.join(20_000);
    }
  }

  @Test
  void workOnThreeShardsCommitsOnAll() throws SQLException {
    enter("s1");
    enter("s0");
    enter("s2");
    assertThat(entered()).isEmpty();
    connection.commit();
    assertThat(entered()).containsExactlyInAnyOrderElementsOf(accounts.values());
    assertThat(steps(Step.PREPARED)).containsExactlyInAnyOrder("PREPARED s0", "PREPARED s2");
    assertThat(steps(Step.DECIDED)).containsExactly("DECIDED s1");
    assertThat(steps(Step.TOLD)).containsExactlyInAnyOrder("TOLD s0", "TOLD s2");
  }

  @Test
  void workOnThreeShardsRollsBackOnAll() throws SQLException {
    accounts.keySet().forEach(this::enterUnchecked);
    connection.rollback();
    assertThat(entered()).isEmpty();
    assertThat(STEPS).isEmpty();
  }

  private void enterUnchecked(String shard) {
    try {
      enter(shard);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTransactionThatWroteToOneShardCommitsInOnePhase() throws SQLException {
    enter("s1");
    connection.commit();
    assertThat(entered()).containsExactly(account("s1"));
    assertThat(STEPS).isEmpty();
  }

  @Test
  void shardsThatWereOnlyReadAreNotPrepared() throws SQLException {
    enter("s1");
    assertThat(Accounts.number(connection, "SELECT count(*) FROM accounts")).isZero();
    connection.commit();
    assertThat(entered()).containsExactly(account("s1"));
    assertThat(STEPS).isEmpty();

    Accounts.enter(connection, account("s0"), -transfer);
    Accounts.enter(connection, account("s2"), -transfer);
    assertThat(Accounts.number(connection, "SELECT count(*) FROM accounts")).isZero();
    connection.commit();
    assertThat(steps(Step.PREPARED)).containsExactly("PREPARED s2");
  }

  @Test
  void aShardThatAFunctionWroteToIsPreparedWhateverTheTextSays() throws SQLException {
    enter("s1");
    long other = account("s0");
    String call = "/* shardjdbc: shard=s0 */ SELECT note_by_function(%d, %d)";
    assertThat(Accounts.number(connection, call.formatted(other, transfer))).isEqualTo(transfer);
    connection.commit();
    assertThat(entered()).containsExactlyInAnyOrder(account("s1"), other);
    assertThat(steps(Step.PREPARED)).hasSize(1);
    assertThat(steps(Step.DECIDED)).hasSize(1);
  }

  @Test
  void aConstraintThatFailsWhenAShardPreparesRollsAllBack() throws SQLException {
    plain.on(
        "s0",
        "CREATE TABLE IF NOT EXISTS accounts_checked (account bigint UNIQUE DEFERRABLE INITIALLY"
            + " DEFERRED)");
    enter("s1");
    try (Statement statement = connection.createStatement()) {
      statement.execute("/* shardjdbc: shard=s0 */ INSERT INTO accounts_checked VALUES (1), (1)");
    }
    assertThatThrownBy(connection::commit)
        .hasMessageContaining("shard s0")
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("23505"));
    assertThat(entered()).isEmpty();
    enter("s2");
    connection.commit();
    assertThat(entered()).containsExactly(account("s2"));
  }

  @Test
  void aConstraintThatFailsOnTheDecidingShardRollsAllBack() throws SQLException {
    plain.on("s1", "CREATE TABLE deferred (a bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    try (Statement statement = connection.createStatement()) {
      statement.execute("/* shardjdbc: shard=s1 */ INSERT INTO deferred VALUES (1), (1)");
    }
    enter("s0");
    enter("s2");
    assertThatThrownBy(connection::commit)
        .hasMessageContaining("shard s1")
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("23505"));
    assertThat(entered()).isEmpty();
    assertThat(steps(Step.TOLD)).containsExactlyInAnyOrder("TOLD s0", "TOLD s2");
  }

  @Test
  void savepointsSpanShardsThatJoinLater() throws SQLException {
    enter("s0");
    Savepoint savepoint = connection.setSavepoint();
    enter("s1");
    connection.rollback(savepoint);
    enter("s2");
    connection.commit();
    assertThat(entered()).containsExactlyInAnyOrder(account("s0"), account("s2"));
  }

  @Test
  void whatWasWrittenBeforeASavepointStaysAWriteAfterItIsRolledBackTo() throws SQLException {
    enter("s0");
    enter("s1");
    Savepoint savepoint = connection.setSavepoint();
    enter("s2");
    connection.rollback(savepoint);
    connection.commit();
    assertThat(entered()).containsExactlyInAnyOrder(account("s0"), account("s1"));
    assertThat(steps(Step.DECIDED)).hasSize(1);
  }

  @Test
  void aWriteOverShardsInAutoCommitModeIsAtomicToo() throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      int rows =
          statement.executeUpdate(
              "INSERT INTO entries (account, transfer) VALUES (%d, %d), (%d, %d)"
                  .formatted(account("s0"), transfer, account("s1"), transfer));
      assertThat(rows).isEqualTo(2);
    }
    assertThat(entered()).containsExactlyInAnyOrder(account("s0"), account("s1"));
    assertThat(steps(Step.DECIDED)).hasSize(1);
  }

  @Test
  void theModeIsSetForOneConnectionOrOneTransaction() throws SQLException {
    ShardConnection ours = connection.unwrap(ShardConnection.class);
    assertThat(ours.getTransactionMode()).isEqualTo(TransactionMode.TWO_PHASE);
    ours.setTransactionMode(TransactionMode.SINGLE_SHARD);
    enter("s0");
    Savepoint savepoint = connection.setSavepoint();
    assertThatThrownBy(() -> enter("s1")).hasMessageContaining("SJ0601");
    connection.rollback(savepoint);
    assertThatThrownBy(() -> ours.setTransactionMode(TransactionMode.TWO_PHASE))
        .hasMessageContaining("SJ0608");
    ours.setLocalTransactionMode(TransactionMode.TWO_PHASE);
    enter("s1");
    assertThatThrownBy(() -> ours.setLocalTransactionMode(TransactionMode.BEST_EFFORT))
        .hasMessageContaining("SJ0608");
    connection.commit();
    assertThat(entered()).hasSize(2);
    assertThat(steps(Step.DECIDED)).hasSize(1);
    assertThat(ours.getTransactionMode()).isEqualTo(TransactionMode.SINGLE_SHARD);
  }

  @Test
  void theModeIsSetInSqlToo() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET shardjdbc.transactions = 'single-shard'");
      enter("s0");
      Savepoint savepoint = connection.setSavepoint();
      assertThatThrownBy(() -> enter("s1")).hasMessageContaining("SJ0601");
      connection.rollback(savepoint);
      statement.execute("SET LOCAL shardjdbc.transactions TO 'two-phase'");
      enter("s1");
      connection.commit();
      assertThatThrownBy(() -> statement.execute("SET shardjdbc.transactions = 'three-phase'"))
          .hasMessageContaining("SJ0703")
          .hasMessageContaining("two-phase");
    }
    assertThat(entered()).hasSize(2);
    assertThat(connection.unwrap(ShardConnection.class).getTransactionMode())
        .isEqualTo(TransactionMode.SINGLE_SHARD);
  }

  @Test
  void whatCannotBePreparedIsRefusedBeforeItRuns() throws SQLException {
    enter("s0");
    Savepoint savepoint = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      for (String refused :
          List.of(
              "CREATE TEMP TABLE t (a int)",
              "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
              "PREPARE TRANSACTION 'x'",
              "COMMIT PREPARED 'x'")) {
        assertThatThrownBy(() -> statement.execute(refused))
            .as(refused)
            .hasMessageContaining("SJ0312");
        connection.rollback(savepoint);
      }
    }
    enter("s1");
    connection.commit();
    assertThat(entered()).hasSize(2);
  }

  @Test
  void whatAFunctionMakesUnpreparableRollsAllBackAndSaysWhy() throws SQLException {
    enter("s0");
    enter("s1");
    Accounts.number(
        connection, "/* shardjdbc: shard=s1 */ SELECT length(pg_notify('x', 'y')::text)");
    assertThatThrownBy(connection::commit)
        .hasMessageContaining("SJ0615")
        .hasMessageContaining("shard s1")
        .hasMessageContaining("NOTIFY");
    assertThat(entered()).isEmpty();
  }

  @Test
  void whereItIsAllowedEachShardShowsASnapshotOfItsOwn() throws SQLException {
    TransactionSettings defaults = Accounts.settings();
    TransactionSettings allowing =
        new TransactionSettings(
            defaults.mode(),
            true,
            defaults.durability(),
            defaults.acknowledgement(),
            defaults.commitTimeout(),
            defaults.recoveryInterval(),
            defaults.orphanAge(),
            defaults.keepDecisions());
    try (ShardDataSource allowed =
            ObservedDataSource.open(
                Accounts.configuration(cluster.primaryUrls()).transactions(allowing).build(),
                CommitObserver.NONE);
        Connection reading = allowed.getConnection();
        Connection writing = allowed.getConnection()) {
      reading.setAutoCommit(false);
      reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      assertThat(count(reading, "s0")).isZero();
      writing.setAutoCommit(false);
      writing.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      for (String shard : accounts.keySet()) {
        Accounts.enter(writing, account(shard), transfer);
      }
      writing.commit();
      assertThat(entered()).hasSize(3);
      assertThat(count(reading, "s0")).as("from before the commit").isZero();
      assertThat(count(reading, "s1")).as("from after the commit").isOne();
      reading.rollback();
      assertThat(count(reading, "s0")).isOne();
    }
  }

  private long count(Connection on, String shard) throws SQLException {
    return Accounts.number(
        on,
        "SELECT count(*) FROM entries WHERE account = %d AND transfer = %d"
            .formatted(account(shard), transfer));
  }

  @Test
  void aSecondShardIsRefusedAboveReadCommitted() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    enter("s0");
    assertThatThrownBy(() -> enter("s1")).hasMessageContaining("SJ0602");
    connection.rollback();
  }
}
