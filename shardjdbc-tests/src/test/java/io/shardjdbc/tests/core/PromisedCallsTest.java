package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function that is vouched for needs the shard of the statement that calls it. */
class PromisedCallsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    for (String shard : cluster.primaryUrls().keySet()) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement()) {
        statement.execute(
            """
            CREATE SCHEMA IF NOT EXISTS app;
            CREATE FUNCTION app.age_of(k bigint) RETURNS int LANGUAGE plpgsql AS
              'DECLARE found int; BEGIN
                 EXECUTE format(''SELECT age FROM %I WHERE user_id = %s'', ''users'', k) INTO found;
                 RETURN found;
               END';
            CREATE FUNCTION count_into(OUT total bigint) LANGUAGE plpgsql AS
              'BEGIN SELECT count(*) INTO total FROM users; END';
            CREATE FUNCTION age_into(OUT years int, k bigint) LANGUAGE plpgsql AS
              'BEGIN SELECT age INTO years FROM users WHERE user_id = k; END';
            CREATE PROCEDURE grow(k bigint) LANGUAGE plpgsql AS
              'BEGIN
                 EXECUTE format(''UPDATE %I SET age = age + 1 WHERE user_id = %s'', ''users'', k);
               END';
            """);
      }
    }
    dataSource =
        Sample.builder(cluster)
            .tables(
                t ->
                    t.function("app.age_of", FunctionPromise.SHARD_LOCAL)
                        .function("grow", FunctionPromise.SHARD_LOCAL))
            .build();
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
        "SELECT app.age_of(3)",
        "CALL grow(3)",
        "/* first */ CALL grow(3)",
        "{? = call app.age_of(3)}",
        "EXPLAIN ANALYZE SELECT app.age_of(3)",
        "VALUES (app.age_of(3))"
      })
  void withoutOneTheStatementIsRefused(String sql) {
    assertThatThrownBy(() -> call(sql)).hasMessageStartingWith("SJ0310");
  }

  private static void call(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        CallableStatement call = connection.prepareCall(sql)) {
      if (sql.startsWith("{?")) {
        call.registerOutParameter(1, Types.INTEGER);
      }
      call.execute();
    }
  }

  @Test
  void whatComesOutHasAPlaceAmongTheParameters() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      for (long user = 1; user <= 6; user++) {
        try (CallableStatement call = connection.prepareCall("{call age_into(?, ?)}")) {
          call.registerOutParameter(1, Types.INTEGER);
          call.setLong(2, user);
          call.execute();
          assertThat(Sample.rows(connection, "SELECT age FROM users WHERE user_id = ?", user))
              .containsExactly("" + call.getInt(1));
        }
      }
      assertThatThrownBy(() -> connection.prepareCall("{call count_into(?)}"))
          .hasMessageStartingWith("SJ0345");
    }
  }

  @Test
  void ofAKeyOrAHintItRunsThere() throws SQLException {
    for (long user = 1; user <= 6; user++) {
      String shard = dataSource.shardOf("users", user).name();
      String hint = "/* shardjdbc: shard=" + shard + " */ ";
      String age = String.valueOf(user % 7);
      String keyed = "SELECT app.age_of(user_id) FROM users WHERE user_id = ?";
      assertThat(Sample.rows(dataSource, keyed, user)).containsExactly(age);
      String hinted = hint + "SELECT app.age_of(" + user + ")";
      assertThat(Sample.rows(dataSource, hinted)).containsExactly(age);
      Sample.execute(dataSource, hint + "CALL grow(" + user + ")");
      assertThat(Sample.rows(dataSource, keyed, user)).containsExactly("" + (user % 7 + 1));
    }
  }
}
