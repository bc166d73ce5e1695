package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FOR UPDATE and FOR SHARE over several shards. */
class LocksOverShardsTest {

  private static final String ALL = "SELECT account FROM accounts ORDER BY account FOR UPDATE";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static List<Long> accounts;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource =
        ObservedDataSource.open(
            Accounts.configuration(cluster.primaryUrls()).tables(t -> t.reference("kinds")).build(),
            CommitObserver.NONE);
    Map<String, Long> onEach = Accounts.accountOnEach(dataSource, 3);
    accounts = new ArrayList<>(onEach.values());
    Collections.sort(accounts);
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM accounts");
      statement.execute("CREATE TABLE kinds (id bigint PRIMARY KEY, n int)");
      statement.execute("INSERT INTO kinds VALUES (1, 1), (2, 2)");
      for (long account : accounts) {
        statement.execute("INSERT INTO accounts VALUES (" + account + ", 100)");
      }
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
    assertThat(lockable()).isEqualTo(accounts);
  }

  private static List<Long> keys(Connection connection, String sql) throws SQLException {
    List<Long> keys = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        keys.add(rows.getLong(1));
      }
    }
    return keys;
  }

  /** The accounts that another transaction can lock. */
  private static List<Long> lockable() throws SQLException {
    try (Connection other = dataSource.getConnection()) {
      other.setAutoCommit(false);
      List<Long> free = keys(other, ALL + " SKIP LOCKED");
      other.rollback();
      return free;
    }
  }

  @Test
  void rowsOfAllShardsAreLockedUntilTheTransactionEnds() throws SQLException {
    for (TransactionMode mode : List.of(TransactionMode.TWO_PHASE, TransactionMode.BEST_EFFORT)) {
      for (boolean commits : new boolean[] {true, false}) {
        try (Connection connection = dataSource.getConnection()) {
          connection.unwrap(ShardConnection.class).setTransactionMode(mode);
          connection.setAutoCommit(false);
          assertThat(keys(connection, ALL)).isEqualTo(accounts);
          assertThat(lockable()).isEmpty();
          if (commits) {
            try (Statement statement = connection.createStatement()) {
              assertThat(statement.executeUpdate("UPDATE accounts SET balance = balance + 1"))
                  .isEqualTo(3);
            }
            connection.commit();
          } else {
            connection.rollback();
          }
          assertThat(lockable()).isEqualTo(accounts);
        }
      }
    }
  }

  @Test
  void aTransactionThatOnlyLocksCommits() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      keys(connection, ALL.replace("UPDATE", "SHARE"));
      assertThat(lockable()).isEmpty();
      connection.commit();
    }
  }

  @Test
  void aLockedRowIsNotWaitedForWhereTheStatementSaysSo() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      other.setAutoCommit(false);
      keys(
          connection,
          "SELECT account FROM accounts WHERE account = " + accounts.get(1) + " FOR UPDATE");
      assertThat(keys(other, ALL + " SKIP LOCKED"))
          .containsExactly(accounts.get(0), accounts.get(2));
      other.rollback();
      assertThatThrownBy(() -> keys(other, ALL + " NOWAIT"))
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("55P03"));
      other.rollback();
      connection.rollback();
    }
  }

  @Test
  void locksAreRefusedWhereNoTransactionKeepsThem() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThatThrownBy(() -> keys(connection, ALL))
          .hasMessageContaining("SJ0332")
          .hasMessageContaining("auto-commit");
      connection.unwrap(ShardConnection.class).setTransactionMode(TransactionMode.SINGLE_SHARD);
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> keys(connection, ALL))
          .hasMessageContaining("SJ0332")
          .hasMessageContaining("two-phase or best-effort");
      connection.rollback();
      assertThat(keys(connection, "SELECT count(*) FROM accounts")).containsExactly(3L);
      connection.rollback();
    }
  }

  /** Its rows are on every shard, and are locked on the first one, whoever locks them. */
  @Test
  void rowsOfAReferenceTableAreLockedForAllTransactionsWhereverTheyAre() throws SQLException {
    String lock = "SELECT id FROM kinds WHERE id = 1 FOR UPDATE";
    try (Connection connection = dataSource.getConnection();
        Connection other = dataSource.getConnection();
        Statement statement = other.createStatement()) {
      connection.setAutoCommit(false);
      other.setAutoCommit(false);
      for (int i = 0; i < 3; i++) {
        keys(connection, "SELECT account FROM accounts WHERE account = " + accounts.get(i));
        assertThat(keys(connection, lock)).containsExactly(1L);
        keys(other, "SELECT account FROM accounts WHERE account = " + accounts.get(2 - i));
        assertThatThrownBy(() -> keys(other, lock + " NOWAIT"))
            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("55P03"));
        other.rollback();
        statement.execute("SET LOCAL lock_timeout = '100ms'");
        assertThatThrownBy(() -> statement.executeUpdate("UPDATE kinds SET n = n + 1"))
            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("55P03"));
        other.rollback();
        connection.rollback();
      }
      assertThatThrownBy(
              () ->
                  keys(
                      connection,
                      "SELECT a.account FROM accounts a JOIN kinds k ON k.id = a.account"
                          + " WHERE a.account = 1 FOR UPDATE"))
          .hasMessageContaining("SJ0333")
          .hasMessageContaining("kinds");
    }
  }
}
