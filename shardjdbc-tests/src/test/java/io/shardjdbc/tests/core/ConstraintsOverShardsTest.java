package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Constraints that would hold on each shard only, when they are made and when they are there. */
class ConstraintsOverShardsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  private static ShardDataSourceBuilder builder() {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    return builder.tables(
        tables ->
            tables
                .sharded("users", "user_id")
                .sharded("posts", "user_id")
                .sharded("visits", "pet_id")
                .sharded("known", "user_id")
                .reference("countries")
                .single("settings", "s1"));
  }

  @BeforeAll
  static void open() throws SQLException {
    dataSource = builder().perShard("known", "known_email_key", "known_parent_fkey").build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void create() throws SQLException {
    run("CREATE TABLE users (user_id bigint PRIMARY KEY, email text)");
    run("CREATE TABLE countries (code text PRIMARY KEY)");
  }

  @AfterEach
  void drop() throws SQLException {
    for (String table : List.of("known", "visits", "posts", "settings", "users", "countries")) {
      run("DROP TABLE IF EXISTS " + table);
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void refused(String code, String sql) {
    assertThatThrownBy(() -> run(sql)).as(sql).hasMessageStartingWith(code);
  }

  @Test
  void aUniquenessWithoutTheShardKeyIsRefused() throws SQLException {
    refused("SJ0356", "CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint)");
    refused("SJ0356", "CREATE TABLE posts (id bigint, user_id bigint, UNIQUE (id))");
    refused(
        "SJ0356", "CREATE TABLE posts (user_id bigint, e text, EXCLUDE USING btree (e WITH =))");
    refused("SJ0356", "ALTER TABLE users ADD COLUMN name text UNIQUE");
    refused("SJ0356", "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)");
    refused("SJ0356", "CREATE UNIQUE INDEX users_email ON users (email)");
    refused("SJ0356", "CREATE UNIQUE INDEX users_email ON users (lower(email))");
    refused("SJ0356", "CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)");
    refused("SJ0356", "CREATE TABLE posts (LIKE countries INCLUDING ALL, user_id bigint)");
    run("INSERT INTO users VALUES (1, 'a'), (2, 'a'), (3, 'a')");
    run("CREATE UNIQUE INDEX users_email ON users (email, user_id)");
    run("DROP INDEX users_email; DELETE FROM users");
    refused("SJ0356", "CREATE UNIQUE INDEX users_email ON users (email) INCLUDE (user_id)");
    refused("SJ0356", "ALTER TABLE users ADD UNIQUE (email) INCLUDE (user_id)");
    run("CREATE EXTENSION btree_gist");
    refused("SJ0356", "ALTER TABLE users ADD EXCLUDE USING gist (user_id WITH <>)");
    run("ALTER TABLE users ADD EXCLUDE USING gist (user_id WITH =, email WITH <>)");
  }

  @Test
  void soIsOneOfAPartition() throws SQLException {
    run("CREATE TABLE posts (user_id bigint, email text) PARTITION BY RANGE (user_id)");
    run("CREATE TABLE posts_1 PARTITION OF posts FOR VALUES FROM (1) TO (9)");
    refused("SJ0356", "CREATE UNIQUE INDEX posts_email ON posts_1 (email)");
    run("ALTER TABLE posts ADD PRIMARY KEY (user_id)");
    run("CREATE TABLE posts_2 PARTITION OF posts FOR VALUES FROM (9) TO (19)");
  }

  @Test
  void whatIsUniqueInFactOrIsKnownIsMade() throws SQLException {
    run("CREATE TABLE posts (id bigserial PRIMARY KEY, user_id bigint NOT NULL)");
    run("DROP TABLE posts");
    run("CREATE TABLE posts (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint)");
    run("DROP TABLE posts");
    run("CREATE TABLE posts (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, user_id bigint)");
    run("ALTER TABLE posts ADD COLUMN body text");
    run(
        "CREATE TABLE known (user_id bigint, email text UNIQUE, parent bigint, CONSTRAINT"
            + " known_parent_fkey FOREIGN KEY (parent) REFERENCES users)");
    refused("SJ0356", "ALTER TABLE known ADD UNIQUE (parent)");
    run("ALTER TABLE known ADD COLUMN more int");
  }

  @Test
  void aForeignKeyThatCannotHoldIsRefused() throws SQLException {
    refused("SJ0357", "CREATE TABLE visits (pet_id bigint, user_id bigint REFERENCES users)");
    refused("SJ0357", "CREATE TABLE settings (name text, user_id bigint REFERENCES users)");
    refused("SJ0357", "ALTER TABLE countries ADD COLUMN best bigint REFERENCES users");
    run("CREATE TABLE posts (user_id bigint REFERENCES users, code text REFERENCES countries)");
    run("CREATE TABLE visits (pet_id bigint REFERENCES users, code text)");
  }

  @Test
  void aRefusalInATransactionLetsNothingOfItStand() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE TABLE known (user_id bigint)");
      assertThatThrownBy(
              () -> statement.execute("CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint)"))
          .hasMessageStartingWith("SJ0356");
      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
    }
    run("CREATE TABLE known (user_id bigint)");
  }

  @Test
  void whatIsThereIsWarnedOfOrRefusesToStart() throws SQLException {
    try (ShardDataSource unchecked = builder().schema(SchemaMode.OFF).build();
        Connection connection = unchecked.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)");
    }
    try (ShardDataSource checked = builder().schema(SchemaMode.CHECK).build()) {
      assertThatThrownBy(checked::getConnection)
          .hasMessageStartingWith("SJ0358")
          .hasMessageContaining("users_email_key");
      run("ALTER TABLE users DROP CONSTRAINT users_email_key");
      checked.getConnection().close();
    }
  }
}
