package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.shardjdbc.SchemaFinding;
import io.shardjdbc.SchemaFinding.Kind;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a check of the servers' schemas finds, and what it leaves in peace. */
class SchemaCheckTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @BeforeAll
  static void createTables() throws SQLException {
    for (ClusterShard shard : cluster.cluster().shards()) {
      on(
          shard.name(),
          "CREATE TABLE countries (code char(2) PRIMARY KEY, name text)",
          "CREATE TABLE users (user_id bigint PRIMARY KEY, email text UNIQUE,"
              + " country char(2) REFERENCES countries)",
          "CREATE TABLE posts (user_id bigint REFERENCES users, post_id bigserial, reply_to bigint,"
              + " PRIMARY KEY (user_id, post_id),"
              + " FOREIGN KEY (reply_to) REFERENCES users (user_id),"
              + " EXCLUDE USING btree (reply_to WITH =))",
          "CREATE TABLE odd (k real, note text)",
          "INSERT INTO countries VALUES ('de', 'Germany')");
    }
    on(
        "s1",
        "ALTER TABLE odd ADD COLUMN more int",
        "INSERT INTO countries VALUES ('fr', 'France')");
    on("s0", "CREATE TABLE settings (name text, user_id bigint REFERENCES users)");
  }

  @Test
  void whatDoesNotHoldAcrossShardsIsFound() throws SQLException {
    List<SchemaFinding> findings =
        findings(
            tables ->
                tables
                    .sharded("users", "user_id")
                    .sharded("posts", "user_id")
                    .sharded("odd", "k")
                    .sharded("public.nowhere", "k")
                    .reference("countries")
                    .single("settings", "s0"));
    assertThat(findings)
        .extracting(SchemaFinding::kind, SchemaFinding::table)
        .containsExactlyInAnyOrder(
            tuple(Kind.UNIQUE_WITHOUT_KEY, "users"),
            tuple(Kind.FOREIGN_KEY_APART, "posts"),
            tuple(Kind.UNIQUE_WITHOUT_KEY, "posts"),
            tuple(Kind.KEY_UNUSABLE, "odd"),
            tuple(Kind.TABLE_MISSING, "public.nowhere"),
            tuple(Kind.TABLE_MISSING, "public.nowhere"),
            tuple(Kind.TABLE_MISSING, "public.nowhere"),
            tuple(Kind.FOREIGN_KEY_APART, "settings"),
            tuple(Kind.SHAPE_DIFFERS, "odd"),
            tuple(Kind.COPIES_DIFFER, "countries"));
    assertThat(findings)
        .extracting(SchemaFinding::message)
        .anySatisfy(
            message ->
                assertThat(message)
                    .startsWith("table users has a uniqueness that holds on each shard only:")
                    .contains("users_email_key", "add the shard key's columns"))
        .anySatisfy(
            message -> assertThat(message).contains("on shard s1", "columns more", "shard s0"))
        .anySatisfy(message -> assertThat(message).contains("posts_reply_to_fkey"))
        .allSatisfy(message -> assertThat(message).doesNotContain("France"));
  }

  @Test
  void whatHoldsIsLeftInPeace() throws SQLException {
    assertThat(findings(tables -> tables.single("posts", "s0").single("users", "s0")))
        .extracting(SchemaFinding::kind)
        .containsExactly(Kind.FOREIGN_KEY_APART); // to countries, which is not declared
    assertThat(findings(tables -> tables.defaultShard("s0").sharded("users", "email")))
        .isNotEmpty();
    assertThat(findings(tables -> tables.single("odd", "s1"))).isEmpty();
  }

  private static List<SchemaFinding> findings(Consumer<RoutingConfiguration.Builder> tables)
      throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    try (ShardDataSource dataSource = builder.tables(tables).build()) {
      return dataSource.checkSchema();
    }
  }

  private static void on(String shard, String... statements) throws SQLException {
    try (Connection connection = cluster.connect(shard);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
