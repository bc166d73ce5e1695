package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Branches that only read, and failures of a commit after which the transaction is run again. */
class SerializableOverShardsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final AtomicLong TRANSFERS = new AtomicLong();

  private static ShardDataSource dataSource;
  private static long first;
  private static long second;

  private final long transfer = TRANSFERS.incrementAndGet();
  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    TransactionSettings settings = Accounts.settings();
    dataSource =
        ShardDataSource.of(
            Accounts.configuration(cluster.primaryUrls())
                .transactions(
                    new TransactionSettings(
                        TransactionMode.TWO_PHASE,
                        true,
                        settings.durability(),
                        settings.acknowledgement(),
                        Duration.ofSeconds(20),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        settings.keepDecisions()))
                .build());
    dataSource.transactions().install();
    Map<String, Long> accounts = Accounts.accountOnEach(dataSource, 2);
    first = accounts.get("s0");
    second = accounts.get("s1");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    connection = dataSource.getConnection();
    connection.setAutoCommit(false);
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    connection.close();
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
  }

  private static long decisions() throws SQLException {
    return Accounts.number(plain.to("s0"), "SELECT count(*) FROM shardjdbc.decision");
  }

  private long count(long account) throws SQLException {
    return Accounts.number(
        connection, "SELECT count(*) FROM entries WHERE account = %d".formatted(account));
  }

  private static void run(Connection on, String sql) throws SQLException {
    try (Statement statement = on.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SERIALIZABLE READ ONLY",
    "SERIALIZABLE READ WRITE",
    "REPEATABLE READ READ ONLY",
    "READ COMMITTED READ ONLY"
  })
  void aTransactionThatReadsSeveralShardsCommitsWithoutADecision(String mode) throws SQLException {
    long before = decisions();
    run(connection, "SET TRANSACTION ISOLATION LEVEL " + mode);
    count(first);
    count(second);
    connection.commit();
    assertThat(decisions()).isEqualTo(before);
  }

  @Test
  void aConnectionThatOnlyReadsCommitsToo() throws SQLException {
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    count(first);
    count(second);
    connection.commit();
    connection.setReadOnly(false);
  }

  @Test
  void oneThatWritesToOneShardAndReadsAnotherNeedsNoDecision() throws SQLException {
    long before = decisions();
    run(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    count(first);
    Accounts.enter(connection, second, transfer);
    connection.commit();
    assertThat(decisions()).isEqualTo(before);
    assertThat(Accounts.entered(plain, transfer)).containsExactly(second);
  }

  /** Leaves the open transaction one that cannot be serialized on the first shard. */
  private void skewOnFirst() throws SQLException {
    try (Connection other = cluster.connect("s0")) {
      run(other, "BEGIN ISOLATION LEVEL SERIALIZABLE");
      Accounts.number(other, "SELECT count(*) FROM entries");
      count(first);
      Accounts.enter(connection, first, transfer);
      run(other, "INSERT INTO entries VALUES (%d, %d)".formatted(first, -transfer));
      run(other, "COMMIT");
    }
  }

  private String stateOfCommit() {
    return catchThrowableOfType(SQLException.class, connection::commit).getSQLState();
  }

  @Test
  void aFailureToSerializeKeepsItsStateAndNothingStands() throws SQLException {
    run(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    skewOnFirst();
    try {
      Accounts.enter(connection, second, transfer);
      assertThat(stateOfCommit()).isEqualTo("40001");
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("40001");
    }
    assertThat(Accounts.entered(plain, transfer)).isEmpty();
  }

  @Test
  void aReaderThatCannotBeSerializedFailsTheCommitOfTheOthers() throws SQLException {
    run(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    Accounts.enter(connection, second, transfer);
    skewOnFirst();
    assertThat(stateOfCommit()).isEqualTo("40001");
    assertThat(Accounts.entered(plain, transfer)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"lock_timeout, 55P03", "statement_timeout, 57014"})
  void aTimeOutOfTheDecisionKeepsItsState(String setting, String state) throws SQLException {
    try (Connection holder = cluster.connect("s0")) {
      run(holder, "BEGIN; LOCK TABLE shardjdbc.decision IN SHARE MODE");
      run(connection, "SET LOCAL " + setting + " = '300ms'");
      Accounts.enter(connection, first, transfer);
      Accounts.enter(connection, second, transfer);
      assertThat(stateOfCommit()).isEqualTo(state);
    }
    assertThat(Accounts.entered(plain, transfer)).isEmpty();
  }
}
