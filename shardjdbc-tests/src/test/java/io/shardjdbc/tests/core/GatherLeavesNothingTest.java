package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A gather that is stopped at any of its steps leaves no temporary table, no open transaction and
 * no lent connection.
 *
 * <p>Rows are made to wait where they are fetched (a function on the shards sleeps) or where they
 * are put together (one on the staging server does), many of them so that they are staged in
 * tables, few of them so that they ride as arrays.
 */
@Timeout(240)
class GatherLeavesNothingTest {

  /** A window needs all rows, and more than two thousand are staged in tables. */
  private static final String MANY = "SELECT n, rank() OVER (ORDER BY v%s) FROM numbers%s";

  private static final String FEW = MANY + " WHERE n < 50";

  private static final String SLEEPERS =
      "SELECT pid FROM pg_stat_activity WHERE datname = 'app' AND wait_event = 'PgSleep'";

  private static final int ROWS = 3000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static PostgresCluster cluster;
  private static PlainConnections plain;
  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    cluster = PostgresCluster.builder().shards(3).start();
    cluster.createDatabase("app");
    plain = PlainConnections.of(cluster, "app");
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .pool(Sample.pool(4))
            .scatterTimeout(Duration.ofSeconds(30))
            .tables(t -> t.sharded("numbers", "n").sharded("texts", "n"));
    for (ClusterShard shard : cluster.shards()) {
      builder.shard(shard.name(), shard.primary().jdbcUrl("app"));
    }
    plain.everywhere(
        "CREATE FUNCTION slow(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS"
            + " 'BEGIN IF $1 = 7 THEN PERFORM pg_sleep(600); END IF; RETURN $1; END'",
        "CREATE TABLE numbers (n bigint PRIMARY KEY, v text)",
        "CREATE TABLE switch AS SELECT false AS sleeps",
        "CREATE FUNCTION sleeps() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN"
            + " IF (SELECT s.sleeps FROM switch s) THEN PERFORM pg_sleep(600); END IF;"
            + " RETURN true; END'",
        "CREATE DOMAIN slow_text AS text CHECK (sleeps())",
        "CREATE TABLE texts (n bigint PRIMARY KEY, v slow_text)");
    dataSource = builder.build();
    Sample.execute(
        dataSource,
        "INSERT INTO numbers SELECT n, 'v' || n FROM generate_series(1, " + ROWS + ") n");
    Sample.execute(
        dataSource, "INSERT INTO texts SELECT n, repeat('v', 7000) FROM numbers WHERE n <= 2500");
  }

  @AfterAll
  static void close() throws SQLException {
    plain.close();
    dataSource.close();
    cluster.close();
  }

  /** A server that sleeps, and has not been asked again since it was seen to. */
  private static ClusterShard awaitSleeper() throws SQLException {
    List<ClusterShard> sleeping = new ArrayList<>();
    Deadline.in(PATIENCE)
        .await(
            "a server sleeps",
            () -> {
              for (ClusterShard shard : cluster.shards()) {
                if (!plain.rows(shard.name(), SLEEPERS).isEmpty()) {
                  sleeping.add(shard);
                  return true;
                }
              }
              return false;
            });
    return sleeping.get(0);
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    awaitNobody();
    Deadline.in(PATIENCE)
        .await(
            "no temporary table is left",
            () ->
                plain
                    .rows(
                        "SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'")
                    .isEmpty());
    assertThat(Sample.lent(dataSource)).isZero();
    assertThat(run(MANY.formatted("", ""))).isEqualTo(ROWS);
    assertThat(run(FEW.formatted("", ""))).isEqualTo(49);
  }

  private static String busy(String condition) {
    return "SELECT pid FROM pg_stat_activity WHERE datname = 'app' AND backend_type = 'client"
        + " backend' AND pid <> pg_backend_pid() AND "
        + condition;
  }

  private static int run(String sql) {
    return run(dataSource, sql);
  }

  private static int run(ShardDataSource client, String sql) {
    try {
      return Sample.rows(client, sql).size();
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  /** Statements that wait at each step. */
  private static List<String> waiting() {
    String atSource = " WHERE slow(n) > 0";
    String atStaging = ") + (SELECT slow(7)) * 0 * count(*) OVER (";
    return List.of(
        MANY.formatted("", atSource), MANY.formatted(atStaging, ""), FEW.formatted(atStaging, ""));
  }

  @Test
  void cancelled() throws SQLException {
    for (String sql : waiting()) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        isCancelled(statement, sql);
        nothingIsLeft();
      }
    }
  }

  private static void isCancelled(Statement statement, String sql) throws SQLException {
    CompletableFuture<Boolean> running = Beside.get(() -> runs(statement, sql));
    awaitSleeper();
    statement.cancel();
    assertThatThrownBy(running::join)
        .cause()
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("57014"));
  }

  private static boolean runs(Statement statement, String sql) {
    try {
      return statement.execute(sql);
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void timedOut() throws SQLException {
    for (String sql : waiting()) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(1);
        assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLException.class);
        nothingIsLeft();
      }
    }
  }

  @Test
  void cutWhileAServerWorks() throws SQLException {
    for (String sql : waiting()) {
      CompletableFuture<Integer> running = Beside.get(() -> run(sql));
      awaitSleeper();
      Deadline.in(PATIENCE)
          .await(
              "its backends are terminated",
              () ->
                  !plain
                      .rows(
                          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                              + " WHERE datname = 'app' AND wait_event = 'PgSleep'")
                      .isEmpty());
      assertThatThrownBy(running::join).hasCauseInstanceOf(SQLException.class);
      nothingIsLeft();
    }
  }

  @LongRun
  @Test
  void aServerIsKilled() throws SQLException {
    for (String sql : waiting().subList(0, 2)) {
      CompletableFuture<Integer> running = Beside.get(() -> run(sql));
      ClusterShard where = awaitSleeper();
      where.primary().kill();
      plain.close();
      assertThatThrownBy(running::join).hasCauseInstanceOf(SQLException.class);
      assertThat(Sample.lent(dataSource)).isZero();
      where.primary().start();
      Deadline.in(PATIENCE).await("it serves again", GatherLeavesNothingTest::serves);
      nothingIsLeft();
    }
  }

  private static boolean serves() {
    try {
      return run(MANY.formatted("", "")) == ROWS;
    } catch (CompletionException e) {
      return false;
    }
  }

  /** As when its process is killed: nobody is there who could cancel what the server works at. */
  @LongRun
  @Test
  void aClientIsGone() throws SQLException {
    List<TcpProxy> ways = new ArrayList<>();
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .pool(Sample.pool(4))
            .scatterTimeout(Duration.ofMinutes(5))
            .tables(t -> t.sharded("numbers", "n"));
    for (ClusterShard shard : cluster.shards()) {
      TcpProxy way = shard.primary().proxy();
      ways.add(way);
      builder.shard(shard.name(), shard.primary().jdbcUrl("app", way));
    }
    try (ShardDataSource client = builder.build()) {
      CompletableFuture<Integer> running = Beside.get(() -> run(client, waiting().get(1)));
      awaitSleeper();
      ways.forEach(TcpProxy::resetConnections);
      awaitNobody();
      assertThatThrownBy(running::join).hasCauseInstanceOf(SQLException.class);
    } finally {
      ways.forEach(TcpProxy::close);
    }
  }

  /**
   * The server stops in the middle of COPY, with more to come than sockets hold: a write waits, for
   * which no time-out of a socket counts.
   */
  @LongRun
  @Test
  void stagingIsStopped() throws SQLException {
    String sql = "SELECT n, rank() OVER (ORDER BY n), length(v) FROM texts";
    assertThat(run(sql)).isEqualTo(2500);
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      plain.everywhere("UPDATE switch SET sleeps = true");
      isCancelled(statement, sql);
      awaitNobody();

      statement.setQueryTimeout(3);
      CompletableFuture<Boolean> silent = Beside.get(() -> runs(statement, sql));
      ClusterShard where = awaitSleeper();
      where.primary().freeze();
      try {
        assertThatThrownBy(silent::join)
            .hasCauseInstanceOf(SQLTransientException.class)
            .hasMessageContaining("shard " + where.name());
        assertThat(Sample.lent(dataSource)).isZero();
      } finally {
        where.primary().thaw();
      }
      awaitNobody();
    } finally {
      plain.everywhere("UPDATE switch SET sleeps = false");
    }
    assertThat(run(sql)).isEqualTo(2500);
  }

  private static void awaitNobody() throws SQLException {
    Deadline.in(PATIENCE)
        .await("nothing runs", () -> plain.rows(busy("state <> 'idle'")).isEmpty());
  }
}
