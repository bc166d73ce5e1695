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
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
          "CREATE TABLE odd (k numeric, note text)",
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
            tuple(Kind.SEQUENCE_DEFAULT, "posts"),
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

  /** Each shard's own sequence gives the same values; a table on one shard has only one. */
  @Test
  void aShardedTableThatCountsByASequenceIsWarnedOfOnceWhenItIsUsed() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    builder.tables(
        tables ->
            tables
                .sharded("users", "user_id")
                .sharded("posts", "user_id")
                .single("settings", "s0")
                .single("counted", "s0"));
    on("s0", "CREATE TABLE counted (id serial PRIMARY KEY, n int)");
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (ShardDataSource dataSource = builder.build()) {
      System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
      for (int i = 0; i < 2; i++) {
        Sample.rows(dataSource, "SELECT user_id FROM users WHERE user_id = 1");
        Sample.rows(dataSource, "SELECT n FROM counted");
        Sample.rows(dataSource, "SELECT reply_to FROM posts WHERE user_id = " + i);
        Sample.rows(dataSource, "SELECT rank() OVER (ORDER BY reply_to) FROM posts");
        Sample.execute(dataSource, "COMMENT ON TABLE posts IS 'read anew'");
      }
    } finally {
      System.setErr(before);
    }
    List<String> warnings =
        written.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("WARN")).toList();
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0))
        .contains("column post_id of sharded table posts is filled by a sequence")
        .contains(Kind.SEQUENCE_DEFAULT.wayOut());
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
