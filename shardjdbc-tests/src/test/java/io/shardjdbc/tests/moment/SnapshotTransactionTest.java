package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.config.SnapshotSettings;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** REPEATABLE READ transactions that see all shards of one moment. */
class SnapshotTransactionTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final Random RANDOM = new Random(16);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Bank.createAndOpen(
            cluster.primaryUrls(),
            Bank.settings().withIsolationOverShards(IsolationOverShards.SNAPSHOT));
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingIsLent() {
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
  }

  private static Connection begin(boolean readOnly) throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.setAutoCommit(false);
    connection.setReadOnly(readOnly);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return connection;
  }

  private static long balance(Connection connection, int account) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT balance FROM accounts WHERE account = " + account)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void moveMuch() throws SQLException {
    for (int i = 0; i < 20; i++) {
      Bank.move(dataSource, RANDOM);
    }
  }

  @Test
  void allItsStatementsSeeTheMomentOfTheFirst() throws SQLException {
    try (Connection connection = begin(true)) {
      long first = balance(connection, 0); // on one shard
      moveMuch();
      long sum = 0;
      for (int i = 0; i < Bank.ACCOUNTS; i++) {
        sum += balance(connection, i);
      }
      assertThat(sum).isEqualTo(Bank.TOTAL);
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
      assertThat(balance(connection, 0)).isEqualTo(first);
      connection.commit();
    }
  }

  @Test
  void theLevelMayBeSetByTheTransactionItself() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      long first = balance(connection, 1);
      moveMuch();
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
      assertThat(balance(connection, 1)).isEqualTo(first);
      statement.execute("COMMIT");
    }
  }

  @Test
  void whoWritesFailsWhereSomebodyElseHasWrittenSince() throws SQLException {
    try (Connection connection = begin(false);
        Statement statement = connection.createStatement()) {
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
      try (Connection other = dataSource.getConnection();
          Statement now = other.createStatement()) {
        now.executeUpdate("UPDATE accounts SET balance = balance WHERE account = 5");
      }
      assertThatThrownBy(
              () -> statement.executeUpdate("UPDATE accounts SET balance = 0 WHERE account = 5"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
      connection.rollback();
    }
  }

  @Test
  void whoWritesToSeveralShardsCommitsOnAll() throws SQLException {
    try (Connection connection = begin(false);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE accounts SET balance = balance + 1 WHERE account < 12");
      statement.executeUpdate("UPDATE accounts SET balance = balance - 1 WHERE account >= 12");
      connection.commit();
    }
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
    }
  }

  @Test
  void rowsThatComeInPartsAreOfTheMoment() throws SQLException {
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot());
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(1);
      long sum = 0;
      try (ResultSet rows = statement.executeQuery("SELECT balance FROM accounts")) {
        while (rows.next()) {
          sum += rows.getLong(1);
          Bank.move(dataSource, RANDOM);
        }
      }
      assertThat(sum).isEqualTo(Bank.TOTAL);
    }
  }

  @Test
  void rowsThatAreCopiedOutAreOfTheMoment() throws Exception {
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      long[] sum = {0};
      OutputStream rows =
          new OutputStream() {
            private final StringBuilder row = new StringBuilder();

            @Override
            public void write(int octet) throws IOException {
              if (octet != '\n') {
                row.append((char) octet);
                return;
              }
              sum[0] += Long.parseLong(row.toString());
              row.setLength(0);
              try {
                Bank.move(dataSource, RANDOM);
              } catch (SQLException e) {
                throw new IOException(e);
              }
            }
          };
      connection
          .unwrap(ShardConnection.class)
          .copy()
          .copyOut("COPY accounts (balance) TO STDOUT", rows);
      assertThat(sum[0]).isEqualTo(Bank.TOTAL);
    }
  }

  @Test
  void aBranchOfAManagerIsSeenOnAllShardsOrKeepsThemFromBeingRead() throws Exception {
    XAConnection resource = new ShardXADataSource(dataSource).getXAConnection();
    Xid xid = new Branch();
    resource.getXAResource().start(xid, XAResource.TMNOFLAGS);
    try (Statement statement = resource.getConnection().createStatement()) {
      statement.executeUpdate("UPDATE accounts SET balance = balance + 1 WHERE account < 12");
      statement.executeUpdate("UPDATE accounts SET balance = balance - 1 WHERE account >= 12");
    }
    resource.getXAResource().end(xid, XAResource.TMSUCCESS);
    resource.getXAResource().prepare(xid);
    try (ShardDataSource hasty =
            ShardDataSource.of(
                Bank.configuration(
                        cluster.primaryUrls(),
                        Bank.settings()
                            .withSnapshots(new SnapshotSettings(true, Duration.ofMillis(200))))
                    .build());
        Connection connection = hasty.getConnection()) {
      assertThatThrownBy(() -> Bank.sum(connection)).hasMessageContaining("SJ0680");
      resource.getXAResource().commit(xid, false);
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
    }
    resource.close();
  }

  private record Branch() implements Xid {
    @Override
    public int getFormatId() {
      return 16;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {1, 6};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {0};
    }
  }

  @Test
  void rowsThatAreGatheredAreOfTheMoment() throws SQLException {
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sum(a.balance) FROM accounts a"
                    + " JOIN (SELECT account, row_number() OVER (ORDER BY account) FROM accounts) b"
                    + " ON a.account = b.account")) {
      row.next();
      assertThat(row.getLong(1)).isEqualTo(Bank.TOTAL);
    }
  }

  @Test
  void aTransactionThatSeesEachStatementsMomentCannotAskForOneOfAll() throws SQLException {
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> Bank.sum(connection)).hasMessageContaining("SJ0682");
      connection.rollback();
      connection.unwrap(ShardConnection.class).readIntent(ReadIntent.standard());
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
      connection.rollback();
    }
  }

  @Test
  void aHintAsksForIt() throws SQLException {
    String sum = "/* shardjdbc: snapshot */ " + Bank.SUM;
    try (Connection connection = dataSource.getConnection()) {
      assertThat(Bank.sum(connection, sum)).isEqualTo(Bank.TOTAL);
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> Bank.sum(connection, sum)).hasMessageContaining("SJ0682");
      connection.rollback();
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      assertThat(Bank.sum(connection, sum)).isEqualTo(Bank.TOTAL);
      connection.rollback();
    }
  }

  @Test
  void serializableStaysOnOneShard() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      assertThatThrownBy(() -> Bank.sum(connection)).hasMessageContaining("SJ0602");
      connection.rollback();
    }
  }
}
