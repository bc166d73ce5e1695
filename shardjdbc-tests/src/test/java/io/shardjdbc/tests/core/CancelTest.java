package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stopping statements reaches every shard that runs a part of them. */
@Timeout(60)
class CancelTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final String SLEEPING =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND state = 'active' AND wait_event = 'PgSleep'";

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = builder().scatterTimeout(Duration.ofSeconds(20)).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE FUNCTION slow(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep(600); RETURN $1; END'");
        statement.execute(
            "CREATE FUNCTION drowsy(bigint) RETURNS bigint LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep(600); RETURN $1; END'");
        statement.execute(
            "CREATE FUNCTION boom(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS"
                + " 'BEGIN IF $1 = 5 THEN RAISE ''five''; END IF; PERFORM pg_sleep(600);"
                + " RETURN $1; END'");
      }
    }
  }

  /** Each shard may run the functions on its own rows, whatever they call. */
  private static ShardDataSourceBuilder builder() {
    return Sample.builder(cluster)
        .tables(
            tables ->
                tables
                    .function("slow", FunctionPromise.PURE)
                    .function("boom", FunctionPromise.PURE));
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingRunsAndEverythingIsGivenBack() throws SQLException {
    assertThat(Sample.lent(dataSource)).isZero();
    awaitSleeping(0);
  }

  private static int sleeping() throws SQLException {
    return plain.rows(SLEEPING).stream().mapToInt(Integer::parseInt).sum();
  }

  private static void awaitSleeping(int count) throws SQLException {
    Deadline.in(Duration.ofSeconds(40))
        .await(count + " servers sleep in a function", () -> sleeping() == count);
  }

  private static CompletableFuture<Void> runs(Statement statement, String sql) {
    return Beside.run(
        () -> {
          try {
            statement.execute(sql);
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        });
  }

  @Test
  void cancelReachesEveryShard() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      CompletableFuture<Void> running =
          runs(statement, "SELECT count(*) FROM users WHERE slow(user_id) > 0");
      awaitSleeping(3);
      statement.cancel();
      assertThatThrownBy(running::join)
          .hasCauseInstanceOf(SQLException.class)
          .cause()
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
      assertThat(Sample.rows(connection, "SELECT count(*) FROM users")).containsExactly("60");
    }
  }

  @Test
  void closingAStatementStopsWhatItRuns() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      Statement statement = connection.createStatement();
      CompletableFuture<Void> running =
          runs(statement, "SELECT count(*) FROM users WHERE slow(user_id) > 0");
      awaitSleeping(3);
      statement.close();
      assertThatThrownBy(running::join).hasCauseInstanceOf(SQLException.class);
      awaitSleeping(0);
      assertThat(Sample.rows(connection, "SELECT count(*) FROM users")).containsExactly("60");
    }
  }

  @Test
  void aQueryTimeoutEndsAStatementOnOneShard() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(
              () -> statement.execute("SELECT slow(user_id) FROM users WHERE user_id = 1"))
          .isInstanceOf(SQLTransientException.class)
          .hasMessageContaining("SJ0502")
          .hasMessageMatching(".*shard s[012] within 1s.*");
    }
  }

  @Test
  void aQueryTimeoutEndsAStatementOnAllShards() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("SELECT slow(user_id) FROM users"))
          .isInstanceOf(SQLTransientException.class)
          .hasMessageContaining("SJ0502");
    }
  }

  @Test
  void theDeadlineOfAScatterEndsItOnAllShards() throws SQLException {
    try (ShardDataSource hasty = builder().scatterTimeout(Duration.ofMillis(700)).build();
        Connection connection = hasty.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("SELECT slow(user_id) FROM users"))
          .isInstanceOf(SQLTransientException.class)
          .hasMessageContaining("0.7s");
      assertThat(Sample.lent(hasty)).isZero();
    }
  }

  /** What a function shows that may say another thing each time is put together by one server. */
  @LongRun
  @Test
  void itEndsTheLastStepOfAGatheringStatement() throws SQLException {
    try (ShardDataSource hasty = builder().scatterTimeout(Duration.ofMillis(700)).build();
        Connection connection = hasty.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("SELECT drowsy(user_id) FROM users"))
          .isInstanceOf(SQLTransientException.class)
          .hasMessageContaining("SJ0502")
          .hasMessageContaining("1s");
      assertThat(Sample.lent(hasty)).isZero();
    }
  }

  @Test
  void aFailureOnOneShardCancelsTheOthers() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "SELECT boom(user_id) FROM users WHERE user_id IN (5, 6, 7, 8)"))
          .hasMessageContaining("five");
    }
  }

  @Test
  void abortingAConnectionEndsWhatRunsOnIt() throws SQLException {
    Connection connection = dataSource.getConnection();
    Statement statement = connection.createStatement();
    CompletableFuture<Void> running =
        runs(statement, "SELECT count(*) FROM users WHERE slow(user_id) > 0");
    awaitSleeping(3);
    connection.abort(Runnable::run);
    assertThatThrownBy(running::join).hasCauseInstanceOf(SQLException.class);
    assertThat(connection.isClosed()).isTrue();
    // The servers notice when they next write to the socket; until then they sleep.
    plain.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
  }
}
