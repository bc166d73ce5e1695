package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search path may put an operator of the application's own in the place of PostgreSQL's. */
class OwnComparisonsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    for (String shard : cluster.primaryUrls().keySet()) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement()) {
        statement.execute(
            """
            CREATE SCHEMA app;
            CREATE FUNCTION app.alike(bigint, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS
              'SELECT $1 % 5 OPERATOR(pg_catalog.=) $2 % 5';
            CREATE OPERATOR app.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = app.alike);
            CREATE OPERATOR app.<= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = int8ge);
            """);
      }
    }
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT name FROM users WHERE user_id = 3::bigint",
        "SELECT name FROM users WHERE user_id IN (3, 4)",
        "SELECT name FROM users WHERE user_id BETWEEN 3 AND 4",
        "SELECT name FROM users WHERE user_id = ANY('{3}')",
        "SELECT count(*) FROM users JOIN posts USING (user_id)",
        "SELECT count(*) FROM users NATURAL JOIN posts",
        "SELECT count(*) FROM users u JOIN posts p ON p.user_id = u.user_id",
        "SELECT name FROM users WHERE user_id IS NOT DISTINCT FROM 3",
        "UPDATE users SET age = 1 WHERE user_id = 3",
        "DELETE FROM posts WHERE user_id <= 3",
      })
  void mayBeMeantWhereTheTypesAllowIt(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = app, public, pg_catalog");
      assertThatThrownBy(() -> statement.execute(sql)).hasMessageStartingWith("SJ0384");
    }
  }

  @Test
  void isNotMeantBetweenOtherTypes() throws SQLException {
    assertThat(Sample.rows(dataSource, "SELECT age FROM users WHERE name = 'user8'")).hasSize(1);
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM users WHERE user_id > 30"))
        .containsExactly("30");
  }
}
