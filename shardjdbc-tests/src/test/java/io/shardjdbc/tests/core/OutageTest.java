package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dead or frozen shard fails its own statements, by name and in time, and nobody else's. */
@LongRun
@Timeout(120)
class OutageTest {

  private static final String NAME = "SELECT name FROM users WHERE user_id = ?";
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SLACK = Duration.ofSeconds(3);

  private static final PoolConfiguration POOL =
      new PoolConfiguration(4, 1, CONNECTION_TIMEOUT, Duration.ofMinutes(1), Duration.ofMinutes(5));

  private static PostgresCluster cluster;
  private ShardDataSource dataSource;
  private long dead;
  private long alive;

  @BeforeAll
  static void start() {
    cluster = PostgresCluster.builder().shards(2).start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void open() throws SQLException {
    cluster.createDatabase("app");
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (ClusterShard shard : cluster.shards()) {
      builder.shard(shard.name(), shard.primary().jdbcUrl("app"));
    }
    dataSource =
        builder
            .pool(POOL)
            .tables(
                t ->
                    t.sharded("users", "user_id")
                        .sharded("posts", "user_id")
                        .reference("countries")
                        .single("settings", "s0"))
            .build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    dead = Sample.userOn(dataSource, "s1");
    alive = Sample.userOn(dataSource, "s0");
    Sample.rows(dataSource, NAME, dead);
    Sample.rows(dataSource, "SELECT count(*) FROM users");
  }

  @AfterEach
  void close() throws SQLException {
    dataSource.close();
    cluster.shard("s1").primary().restart();
    cluster.dropDatabase("app");
  }

  private void failsInTimeByName(String sql, Object... values) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> Sample.rows(dataSource, sql, values))
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("SJ0501")
        .hasMessageContaining("shard s1")
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(CONNECTION_TIMEOUT.plus(SLACK));
  }

  @LongRun
  @Test
  void aKilledPrimaryFailsItsStatementsByNameAndNoOthers() throws SQLException {
    cluster.shard("s1").primary().kill();
    failsInTimeByName(NAME, dead);
    assertThat(Sample.rows(dataSource, NAME, alive)).hasSize(1);
    failsInTimeByName("SELECT count(*) FROM users");
    assertThat(Sample.rows(dataSource, NAME, alive)).hasSize(1);
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM countries")).containsExactly("0");
    assertThat(Sample.lent(dataSource)).isZero();
  }

  /** By default another one opens beside a shard that is away, as that of the tests has to. */
  @LongRun
  @Test
  void whoIsToFailAtTheStartDoesNotOpenBesideAShardThatIsAway() throws SQLException {
    try (ShardDataSource all = openAnother(true)) {
      assertThat(Sample.rows(all, NAME, dead)).hasSize(1);
    }
    cluster.shard("s1").primary().kill();
    try (ShardDataSource others = openAnother(false)) {
      assertThat(Sample.rows(others, NAME, alive)).hasSize(1);
    }
    assertThatThrownBy(() -> openAnother(true))
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageStartingWith("SJ0501: ")
        .hasMessageContaining("shard s1");
    assertThatThrownBy(
            () -> open(new String[] {"s0"}, "&user=nobody_of_this_name", POOL.failFast(true)))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageStartingWith("SJ0551: ");
  }

  private static ShardDataSource openAnother(boolean failFast) throws SQLException {
    return open(new String[] {"s0", "s1"}, "", POOL.failFast(failFast));
  }

  private static ShardDataSource open(String[] shards, String more, PoolConfiguration pool)
      throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (String shard : shards) {
      builder.shard(shard, cluster.shard(shard).primary().jdbcUrl("app") + more);
    }
    return builder.pool(pool).tables(t -> t.sharded("users", "user_id")).build();
  }

  @LongRun
  @Test
  void aRestartedPrimaryServesAgainWithoutAnError() throws Exception {
    cluster.shard("s1").primary().restart();
    assertThat(Sample.rows(dataSource, NAME, dead)).hasSize(1);
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      cluster.shard("s1").primary().restart();
      assertThat(Sample.update(connection, "UPDATE users SET age = 9 WHERE user_id = ?", dead))
          .isEqualTo(1);
      connection.commit();
    }
    assertThat(Sample.rows(dataSource, "SELECT age FROM users WHERE user_id = ?", dead))
        .containsExactly("9");
  }

  @Test
  void aTransactionThatLosesItsConnectionFailsAsAWhole() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      Sample.update(connection, "UPDATE users SET age = 9 WHERE user_id = ?", alive);
      Sample.rows(connection, NAME, dead);
      cluster.shard("s1").primary().kill();
      assertThatThrownBy(() -> Sample.rows(connection, NAME, dead)).hasMessageContaining("s1");
      assertThatThrownBy(() -> Sample.rows(connection, NAME, alive))
          .hasMessageContaining("SJ0604")
          .hasMessageContaining("s1");
      assertThatThrownBy(connection::commit).hasMessageContaining("SJ0604");
    }
    assertThat(Sample.rows(dataSource, "SELECT age FROM users WHERE user_id = ?", alive))
        .doesNotContain("9");
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void aFrozenPrimaryFailsItsStatementsWithinTheQueryTimeout() throws SQLException {
    cluster.shard("s1").primary().freeze();
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      for (String sql : new String[] {NAME.replace("?", "" + dead), "SELECT count(*) FROM users"}) {
        assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("shard s1");
      }
    }
    assertThat(Sample.rows(dataSource, NAME, alive)).hasSize(1);
    cluster.shard("s1").primary().thaw();
    Deadline.in(Duration.ofSeconds(20)).await("the shard serves again", () -> serves(dead));
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private boolean serves(long user) {
    try {
      return Sample.rows(dataSource, NAME, user).size() == 1;
    } catch (SQLException e) {
      return false;
    }
  }
}
