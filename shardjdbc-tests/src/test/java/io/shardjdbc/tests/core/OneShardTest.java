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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Over one shard everything comes out as with the driver, what is refused over several too. */
class OneShardTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA plain");
      statement.execute("CREATE SCHEMA sharded");
    }
    dataSource =
        ShardDataSource.builder()
            .shard("s0", url("sharded"))
            .pool(Sample.pool(2))
            .tables(t -> t.sharded("users", "user_id").defaultShard("s0"))
            .build();
    try (Connection plain = DriverManager.getConnection(url("plain"));
        Connection sharded = dataSource.getConnection()) {
      JdbcUses.createTables(plain);
      JdbcUses.createTables(sharded);
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static String url(String schema) {
    String url = cluster.shard("s0").primary().jdbcUrl(cluster.database());
    return url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema;
  }

  @TestFactory
  Stream<DynamicTest> isAsWithTheDriver() {
    Map<String, JdbcUses.Use> uses = new LinkedHashMap<>(JdbcUses.all());
    uses.putAll(OneServerUses.all());
    return uses.entrySet().stream()
        .map(use -> dynamicTest(use.getKey(), () -> compare(use.getValue())));
  }

  private static void compare(JdbcUses.Use use) throws SQLException {
    List<String> expected;
    try (Connection connection = DriverManager.getConnection(url("plain"))) {
      expected = JdbcUses.seen(use, connection);
    }
    assertThat(expected).as("what it saw").isNotEmpty();
    try (Connection connection = dataSource.getConnection()) {
      assertThat(JdbcUses.seen(use, connection)).isEqualTo(expected);
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void whatLivesOnASessionIsSeenByNoOther() throws SQLException {
    try (Connection first = dataSource.getConnection()) {
      first.createStatement().execute("CREATE TEMP TABLE mine (id int)");
      first.createStatement().execute("SELECT pg_advisory_lock(77)");
      try (Connection second = dataSource.getConnection()) {
        assertThat(Sample.rows(second, "SELECT to_regclass('mine')")).containsExactly("null");
        assertThat(Sample.rows(second, "SELECT pg_try_advisory_lock(77)")).containsExactly("f");
      }
      assertThat(Sample.rows(first, "SELECT count(*) FROM mine")).containsExactly("0");
    }
    for (int i = 0; i < 3; i++) {
      try (Connection later = dataSource.getConnection()) {
        assertThat(Sample.rows(later, "SELECT to_regclass('mine')")).containsExactly("null");
      }
    }
  }
}
