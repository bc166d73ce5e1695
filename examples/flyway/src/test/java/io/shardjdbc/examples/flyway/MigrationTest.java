package io.shardjdbc.examples.flyway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Flyway over shards: its migrations change all of them, and its table of what has been done lives
 * on one.
 */
@Tag("long")
class MigrationTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    return builder
        .tables(
            tables ->
                tables
                    .sharded("users", "user_id")
                    .reference("countries")
                    .single("flyway_schema_history", "s0"))
        .build();
  }

  private static Flyway flyway(ShardDataSource dataSource) {
    return Flyway.configure().dataSource(dataSource).locations("classpath:migrations").load();
  }

  @AfterEach
  void empty() throws SQLException {
    for (String shard : List.of("s0", "s1")) {
      query(shard, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }
  }

  @Test
  void allShardsAreMigrated() throws SQLException {
    try (ShardDataSource dataSource = open()) {
      assertThat(flyway(dataSource).migrate().migrationsExecuted).isEqualTo(2);
      assertThat(flyway(dataSource).migrate().migrationsExecuted).isZero();
      flyway(dataSource).validate();

      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO users VALUES (1, 'a', 'glad', 6), (2, 'b', 'sad', 7)");
      }
    }
    for (String shard : List.of("s0", "s1")) {
      assertThat(query(shard, "SELECT code FROM countries ORDER BY 1")).containsExactly("de", "no");
      assertThat(
              query(shard, "SELECT indexname FROM pg_indexes WHERE tablename = 'users' ORDER BY 1"))
          .containsExactly("users_by_age", "users_pkey");
      assertThat(query(shard, "SELECT to_regclass('flyway_schema_history') IS NOT NULL"))
          .containsExactly(shard.equals("s0") ? "t" : "f");
    }
  }

  @Test
  void aMigrationThatFailsOnOneShardIsUndoneOnAll() throws SQLException {
    query("s1", "CREATE TABLE countries (in_the_way int)");
    try (ShardDataSource dataSource = open()) {
      assertThatThrownBy(() -> flyway(dataSource).migrate())
          .isInstanceOf(FlywayException.class)
          .hasMessageContaining("countries");
    }
    assertThat(query("s0", "SELECT to_regclass('users') IS NULL AND to_regtype('mood') IS NULL"))
        .containsExactly("t");
    assertThat(query("s1", "SELECT to_regclass('users') IS NULL AND to_regtype('mood') IS NULL"))
        .containsExactly("t");
  }

  private static List<String> query(String shard, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(cluster.primaryUrls().get(shard));
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        ResultSet result = statement.getResultSet();
        while (result.next()) {
          rows.add(result.getString(1));
        }
      }
    }
    return rows;
  }
}
