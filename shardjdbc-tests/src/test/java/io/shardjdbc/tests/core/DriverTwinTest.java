package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What callers do with JDBC comes out over shards as it does with the PostgreSQL driver: the same
 * values and counts, or an error of the same SQLSTATE.
 *
 * <p>Each use runs on a connection of its own, and what it says of what it saw is compared.
 */
class DriverTwinTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static String plainUrl;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    String url = cluster.shard("s0").primary().jdbcUrl(cluster.database());
    plainUrl = url + (url.contains("?") ? "&" : "?") + "currentSchema=plain";
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA plain");
    }
    try (Connection plain = DriverManager.getConnection(plainUrl);
        Connection sharded = dataSource.getConnection()) {
      for (Connection connection : List.of(plain, sharded)) {
        JdbcUses.createTables(connection);
      }
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @TestFactory
  Stream<DynamicTest> isAsWithTheDriver() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, JdbcUses.Use> use : JdbcUses.all().entrySet()) {
      tests.add(
          dynamicTest(
              use.getKey(),
              () -> {
                List<String> expected = plainly(use.getValue());
                assertThat(expected).as("what it saw").isNotEmpty();
                assertThat(sharded(use.getValue())).isEqualTo(expected);
              }));
    }
    return tests.stream();
  }

  private static List<String> plainly(JdbcUses.Use use) throws SQLException {
    try (Connection connection = DriverManager.getConnection(plainUrl)) {
      return JdbcUses.seen(use, connection);
    }
  }

  private static List<String> sharded(JdbcUses.Use use) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return JdbcUses.seen(use, connection);
    }
  }
}
