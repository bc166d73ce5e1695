package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A row is changed through the result that shows it: that is a write like any other. */
class LostChangesOfRowsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder());

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private TcpProxy proxy;
  private ShardDataSource dataSource;

  /** How a row is changed. */
  private enum Change {
    INSERT {
      @Override
      void make(ResultSet rows) throws SQLException {
        rows.moveToInsertRow();
        rows.updateLong("id", 3);
        rows.updateLong("n", 7);
        rows.insertRow();
      }
    },
    UPDATE {
      @Override
      void make(ResultSet rows) throws SQLException {
        rows.updateLong("n", 7);
        rows.updateRow();
      }
    },
    DELETE {
      @Override
      void make(ResultSet rows) throws SQLException {
        rows.deleteRow();
      }
    };

    abstract void make(ResultSet rows) throws SQLException;
  }

  @BeforeEach
  void open() throws SQLException {
    direct(
        """
        CREATE TABLE IF NOT EXISTS noted (id bigint PRIMARY KEY, n bigint);
        TRUNCATE noted;
        INSERT INTO noted VALUES (1, 0), (2, 0);
        """);
    proxy = cluster.shard("s0").primary().proxy();
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.shard("s0").primary().jdbcUrl(cluster.database(), proxy))
            .pool(
                new PoolConfiguration(
                    2, 0, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .tables(t -> t.single("noted", "s0"))
            .build();
  }

  @AfterEach
  void close() {
    proxy.close();
    dataSource.close();
  }

  private static void direct(String sql) throws SQLException {
    plain.on("s0", sql);
  }

  /** How often a row stands that is no longer as it was. */
  private static boolean isChanged() throws SQLException {
    return plain.rows("s0", "SELECT count(*) <> 2 OR sum(n) <> 0 FROM noted").equals(List.of("t"));
  }

  private static ResultSet rows(Statement statement) throws SQLException {
    ResultSet rows = statement.executeQuery("SELECT * FROM noted ORDER BY id");
    rows.next();
    rows.updateLong("n", 0);
    rows.updateRow(); // looks up by what rows can be told apart
    return rows;
  }

  private static Statement updatable(Connection connection) throws SQLException {
    return connection.createStatement(
        ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
  }

  @ParameterizedTest
  @EnumSource
  void isUnknownWhenItsAnswerIsLost(Change change) throws Exception {
    try (Connection connection = dataSource.getConnection();
        Statement statement = updatable(connection);
        ResultSet rows = rows(statement)) {
      proxy.stallReplies();
      FutureTask<Throwable> told = new FutureTask<>(() -> catchThrowable(() -> change.make(rows)));
      new Thread(told, "caller").start();
      Deadline.in(PATIENCE).await("the change stands", LostChangesOfRowsTest::isChanged);
      proxy.resetConnections();
      assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(UnknownOutcomeException.class)
          .isNotInstanceOf(SQLTransientException.class)
          .hasMessageStartingWith("SJ0660");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isUndoneWithItsTransactionWhenItsAnswerIsLost(Change change) throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      connection.setNetworkTimeout(Runnable::run, 500);
      try (Statement statement = updatable(connection);
          ResultSet rows = rows(statement)) {
        proxy.stallReplies();
        assertThat(catchThrowable(() -> change.make(rows)))
            .isInstanceOf(SQLTransientException.class);
        proxy.resetConnections();
      }
      assertThat(catchThrowable(connection::commit)).isInstanceOf(SQLException.class);
    }
    assertThat(isChanged()).isFalse();
  }

  @Test
  void abortsItsTransactionWhenTheServerRefusesIt() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = updatable(connection);
          ResultSet rows = rows(statement)) {
        rows.updateLong("id", 2);
        assertThat(catchThrowable(rows::updateRow))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
      }
      try (Statement statement = connection.createStatement()) {
        assertThat(catchThrowable(() -> statement.execute("SELECT 1")))
            .hasMessageStartingWith("SJ0604");
      }
    }
    assertThat(isChanged()).isFalse();
  }
}
