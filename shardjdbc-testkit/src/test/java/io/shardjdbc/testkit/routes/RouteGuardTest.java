package io.shardjdbc.testkit.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The guard over routes, on statements that an application under test might run. */
class RouteGuardTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @TempDir private Path directory;

  @BeforeAll
  static void createTables() throws SQLException {
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = cluster.connect(shard.name());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE posts (user_id bigint, body text)");
        statement.execute("CREATE TABLE settings (name text, value text)");
      }
    }
  }

  @Test
  void statementsOnOneShardAreNobodysBusiness() throws SQLException {
    RouteGuard guard = RouteGuard.against(directory.resolve("none.txt"));
    try (ShardDataSource dataSource = open(guard)) {
      query(dataSource, "SELECT * FROM posts WHERE user_id = 7");
    }
    guard.check();
  }

  @Test
  void aNewScatterAndANewGatherFailUntilTheyAreReviewed() throws SQLException, IOException {
    Path file = directory.resolve("routes.txt");
    RouteGuard guard = RouteGuard.against(file);
    try (ShardDataSource dataSource = open(guard)) {
      query(dataSource, "SELECT count(*)\n  FROM posts WHERE body <> 'secret'");
      query(dataSource, "SELECT body, rank() OVER (ORDER BY body) FROM posts");
    }
    assertThatThrownBy(guard::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("SELECT count(*) FROM posts WHERE body <> ?\n| read\n")
        .hasMessageContaining("SELECT body, rank() OVER (ORDER BY body) FROM posts\n")
        .hasMessageContaining("gather on ")
        .hasMessageNotContaining("secret");
    guard.update();
    guard.check();
    RouteGuard other = RouteGuard.against(file);
    try (ShardDataSource dataSource = open(other)) {
      query(dataSource, "SELECT count(*) FROM posts WHERE body <> 'another'");
      other.check();
      query(dataSource, "SELECT * FROM posts");
    }
    assertThatThrownBy(other::check)
        .hasMessageContaining("SELECT * FROM posts\n")
        .hasMessageNotContaining("count");
    String reviewed = Files.readString(file);
    other.update();
    assertThat(Files.readString(file)).contains("rank()", "count(*)", "SELECT * FROM posts\n");
    assertThat(reviewed).doesNotContain("SELECT * FROM posts\n");
  }

  @Test
  void writesOfOneShardThatNeedRowsOfOthersAreSeen() throws SQLException {
    RouteGuard guard = RouteGuard.against(directory.resolve("writes.txt"));
    try (ShardDataSource dataSource = open(guard);
        Connection connection = dataSource.getConnection();
        Statement write = connection.createStatement()) {
      write.executeUpdate("INSERT INTO settings VALUES ('mine', 'here')");
      guard.check();
      write.executeUpdate("INSERT INTO settings SELECT body, body FROM posts");
      write.executeUpdate("UPDATE settings SET value = body FROM posts WHERE body = name");
      write.executeUpdate("DELETE FROM settings WHERE name IN (SELECT body FROM posts)");
    }
    assertThatThrownBy(guard::check)
        .hasMessageContaining("INSERT INTO settings SELECT body, body FROM posts\n")
        .hasMessageContaining("UPDATE settings SET value = body FROM posts WHERE body = name\n")
        .hasMessageContaining("DELETE FROM settings WHERE name IN (SELECT body FROM posts)\n")
        .hasMessageNotContaining("VALUES");
  }

  @Test
  void listsOfOtherLengthsAreTheSameStatement() throws SQLException {
    RouteGuard guard = RouteGuard.against(directory.resolve("lists.txt"));
    try (ShardDataSource dataSource = open(guard)) {
      query(dataSource, "SELECT * FROM posts WHERE user_id IN (1, 2, 3, 4, 5, 6)");
      guard.update();
      query(dataSource, "SELECT * FROM posts WHERE user_id IN (1, 2, 3, 4, 5, 6, 7, 8, 9)");
      guard.check();
      try (Connection connection = dataSource.getConnection();
          Statement insert = connection.createStatement()) {
        insert.executeUpdate(
            "INSERT INTO posts VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'f')");
      }
    }
    assertThatThrownBy(guard::check)
        .hasMessageContaining("INSERT INTO posts VALUES (?, ...), ...\n")
        .hasMessageNotContaining("SELECT");
  }

  private static void query(ShardDataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeQuery(sql).close();
    }
  }

  private static ShardDataSource open(RouteGuard guard) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    return builder
        .tables(tables -> tables.sharded("posts", "user_id").single("settings", "s0"))
        .listener(guard)
        .build();
  }
}
