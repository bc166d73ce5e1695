package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plain statement answers reads the same however often it has run. */
class PlainTextTest {

  private static final int RUNS = 8;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "INSERT INTO countries VALUES ('de', 'Germany')");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT '\\x00ff'::bytea, rank() OVER (ORDER BY user_id) FROM users ORDER BY user_id LIMIT"
            + " 2",
        "SELECT 10000000000::float8, 1e-5::real, max(name) FROM users",
        "SELECT ARRAY[-3], ARRAY['a b'], count(DISTINCT name) FROM users",
        "SELECT name, '1 day'::interval, 5::money FROM users ORDER BY name LIMIT 3",
        "SELECT age, 10000000000::float8, count(*), avg(user_id) FROM users GROUP BY age ORDER BY"
            + " age",
        "SELECT DISTINCT '\\x00'::bytea, age FROM users ORDER BY age",
        "SELECT max('\\x00ff'::bytea), min('\\x00'::bytea) FROM users",
        "SELECT u.name, '{-3}'::int[] FROM users u JOIN posts p ON u.age = p.user_id ORDER BY 1"
            + " LIMIT 3",
        "SELECT joined, joined::timestamp, joined::date, true FROM users ORDER BY name LIMIT 2",
        "WITH w AS (SELECT 10000000000::float8 AS f, name FROM users) SELECT f, lag(f) OVER (ORDER"
            + " BY name) FROM w LIMIT 3",
        "SELECT user_id, 10000000000::float8, '\\x00ff'::bytea FROM users ORDER BY user_id LIMIT 2",
        "SELECT 10000000000::float8, '\\x00ff'::bytea FROM users WHERE user_id = 5",
      })
  void getStringStaysWhatTheServerWrote(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      List<String> first = read(statement, sql);
      assertThat(first.toString()).doesNotContain("E10", "[B@", "\"-3\"");
      for (int run = 1; run < RUNS; run++) {
        assertThat(read(statement, sql)).as("run %d", run).isEqualTo(first);
      }
    }
  }

  private static List<String> read(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return Sample.rows(rows);
    }
  }
}
