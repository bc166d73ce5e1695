package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups of each shard that one server puts together. */
class RegroupTest {

  private static final String AGES =
      "SELECT age, count(*), avg(user_id) FROM users GROUP BY age ORDER BY age";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void fill() throws SQLException {
    // Fewer rows than users, so that an answer shows that no rows were gathered.
    dataSource = Sample.builder(cluster).gather(new GatherLimits(30, 1 << 20)).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @Test
  void putsTogetherGroupsOfMoreRowsThanMayBeGathered() throws SQLException {
    assertThatThrownBy(() -> Sample.rows(dataSource, "SELECT array_agg(age) FROM users"))
        .hasMessageContaining("SJ0317");
    assertThat(Sample.rows(dataSource, AGES)).hasSize(7);
    assertThat(dataSource.router().explain(AGES))
        .contains("groups of each shard, put together on")
        .contains("because of aggregate avg");
  }

  @Test
  void boundsHowManyGroupsArePutTogether() {
    String all = "SELECT name, avg(age) FROM users GROUP BY name";
    assertThatThrownBy(() -> Sample.rows(dataSource, all))
        .hasMessageContaining("SJ0317")
        .hasMessageContaining("users");
  }

  @Test
  void sendsOnlyTheFirstRowsOfEachShardToBeSortedByText() throws SQLException {
    String first = "SELECT name FROM users ORDER BY name COLLATE \"en-x-icu\" LIMIT 5";
    assertThat(Sample.rows(dataSource, first)).hasSize(5);
    assertThat(dataSource.router().explain(first)).contains("sorted again on");
  }

  @Test
  void seesWhatItsTransactionHasWritten() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      long user = Sample.userOn(dataSource, "s1");
      Sample.update(connection, "UPDATE users SET age = 1000 WHERE user_id = ?", user);
      List<String> grown =
          Sample.rows(
              connection,
              "SELECT count(*) FROM users GROUP BY age HAVING max(age) = 1000 AND count(*) < 9");
      connection.rollback();
      assertThat(grown).containsExactly("1");
    }
  }

  @Test
  void returnsNoMoreThanMaxRows() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setMaxRows(3);
      statement.setFetchSize(2);
      int rows = 0;
      try (ResultSet ages = statement.executeQuery(AGES)) {
        while (ages.next()) {
          rows++;
        }
      }
      assertThat(rows).isEqualTo(3);
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }
}
