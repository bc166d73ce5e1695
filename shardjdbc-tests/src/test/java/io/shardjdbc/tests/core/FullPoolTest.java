package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool that is used up is no shard that is down, and nobody waits for himself. */
class FullPoolTest {

  private static final String NAME = "SELECT name FROM users WHERE user_id = ?";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static ShardDataSource impatient;
  private static long here;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster)
            .pool(
                new PoolConfiguration(
                    2, 1, Duration.ofSeconds(60), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    here = Sample.userOn(dataSource, "s0");
    impatient =
        Sample.builder(cluster)
            .pool(
                new PoolConfiguration(
                    1, 1, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
    impatient.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Sample.lent(dataSource)).isZero();
    assertThat(Sample.lent(impatient)).isZero();
  }

  private static int readsEachUserOfAStream() throws SQLException {
    int found = 0;
    try (Connection connection = dataSource.getConnection();
        Statement stream = connection.createStatement();
        PreparedStatement one = connection.prepareStatement(NAME)) {
      stream.setFetchSize(5);
      try (ResultSet users = stream.executeQuery("SELECT user_id FROM users ORDER BY user_id")) {
        while (users.next()) {
          one.setLong(1, users.getLong(1));
          try (ResultSet user = one.executeQuery()) {
            found += user.next() && user.getString(1).equals("user" + users.getLong(1)) ? 1 : 0;
          }
        }
      }
    }
    return found;
  }

  @Test
  void tenThreadsThatStreamAndReadARowForEachRowAllFinish() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(10);
    try {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        all.add(threads.submit(FullPoolTest::readsEachUserOfAStream));
      }
      for (Future<Integer> one : all) {
        assertThat(one.get(120, TimeUnit.SECONDS)).isEqualTo(Sample.USERS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aReadNestedInAStreamMayFailOrSpanShardsOrStreamItself() throws SQLException {
    try (Connection connection = impatient.getConnection();
        Statement stream = connection.createStatement();
        Statement nested = connection.createStatement()) {
      stream.setFetchSize(5);
      nested.setFetchSize(5);
      int rows = 0;
      try (ResultSet users = stream.executeQuery("SELECT user_id FROM users ORDER BY user_id")) {
        while (users.next()) {
          rows++;
          assertThatThrownBy(
                  () ->
                      Sample.rows(
                          connection,
                          "SELECT 1 / (user_id - ?) FROM users WHERE user_id = ?",
                          here,
                          here))
              .hasMessageContaining("zero");
          assertThat(Sample.rows(connection, "SELECT count(*) FROM users")).containsExactly("60");
          if (rows % 20 == 0) {
            try (ResultSet inner =
                nested.executeQuery("SELECT user_id FROM users ORDER BY user_id")) {
              assertThat(Sample.rows(inner)).hasSize(Sample.USERS);
            }
          }
        }
      }
      assertThat(rows).isEqualTo(Sample.USERS);
      assertThat(Sample.rows(connection, NAME, here)).containsExactly("user" + here);
    }
  }

  @LongRun
  @Test
  void aPoolThatIsUsedUpSaysSoAndItsShardStaysWell() throws SQLException {
    try (Connection first = impatient.getConnection();
        Connection second = impatient.getConnection()) {
      first.setAutoCommit(false);
      Sample.rows(first, NAME, here);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> Sample.rows(second, NAME, here))
            .isInstanceOf(SQLTransientConnectionException.class)
            .hasMessageContaining("SJ0550")
            .hasMessageContaining("maximumSize")
            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("53300"));
      }
      first.rollback();
      assertThat(Sample.rows(second, NAME, here)).containsExactly("user" + here);
    }
  }

  @Test
  void aStreamAtOneMomentSharesItsConnectionWithNoLaterRead() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement stream = connection.createStatement()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      stream.setFetchSize(5);
      try (ResultSet users = stream.executeQuery("SELECT user_id FROM users ORDER BY user_id")) {
        users.next();
        assertThat(Sample.rows(connection, NAME, here)).containsExactly("user" + here);
        Sample.update(connection, "UPDATE users SET name = 'other' WHERE user_id = ?", here);
        assertThat(Sample.rows(connection, NAME, here)).containsExactly("other");
        Sample.update(
            connection, "UPDATE users SET name = 'user' || user_id WHERE user_id = ?", here);
      }
    }
  }
}
