package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards that are databases of one server share its roles, and do not wait for each other. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatabasesOfOneServerTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static ShardDataSource servers;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    try (Connection s0 = cluster.connect("s0");
        Statement statement = s0.createStatement()) {
      for (int i = 0; i < 3; i++) {
        String database = cluster.database() + "_" + i;
        statement.execute("CREATE DATABASE " + database);
        builder.shard("d" + i, cluster.shard("s0").primary().jdbcUrl(database));
      }
    }
    dataSource =
        builder
            .pool(Sample.pool(4))
            .tables(t -> t.sharded("notes", "id").reference("kinds"))
            .build();
    Sample.execute(dataSource, "CREATE TABLE notes (id bigint PRIMARY KEY, body text)");
    servers = Sample.builder(cluster).build();
  }

  @AfterAll
  static void close() throws SQLException {
    dataSource.close();
    servers.close();
    try (Connection s0 = cluster.connect("s0");
        Statement statement = s0.createStatement()) {
      for (int i = 0; i < 3; i++) {
        statement.execute("DROP DATABASE " + cluster.database() + "_" + i);
      }
    }
  }

  private static int roles(String shard, String name) throws SQLException {
    try (Connection connection = cluster.connect(shard)) {
      return Integer.parseInt(
          Sample.rows(connection, "SELECT count(*) FROM pg_roles WHERE rolname = ?", name).get(0));
    }
  }

  @Test
  void rolesAreMadeAndChangedOnce() throws SQLException {
    for (String sql :
        new String[] {
          "CREATE ROLE reader_one",
          "CREATE USER writer_one IN ROLE reader_one",
          "ALTER ROLE writer_one SET work_mem = '8MB'",
          "GRANT reader_one TO CURRENT_USER",
          "REVOKE reader_one FROM writer_one",
          "GRANT reader_one TO writer_one",
          "COMMENT ON ROLE reader_one IS 'reads'",
          "GRANT SELECT ON notes TO reader_one",
          "REASSIGN OWNED BY writer_one TO CURRENT_USER",
          "DROP OWNED BY reader_one, writer_one",
          "DROP USER writer_one",
          "DROP ROLE reader_one"
        }) {
      Sample.execute(dataSource, sql);
    }
    assertThat(roles("s0", "reader_one")).isZero();
    assertThatThrownBy(() -> Sample.execute(dataSource, "DROP ROLE reader_one"))
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42704"));
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void onServersOfTheirOwnRolesAreMadeOnEach() throws SQLException {
    Sample.execute(servers, "CREATE ROLE of_each");
    for (String shard : new String[] {"s0", "s1", "s2"}) {
      assertThat(roles(shard, "of_each")).isEqualTo(1);
    }
    Sample.execute(servers, "COMMENT ON ROLE of_each IS 'of each'");
    Sample.execute(servers, "DROP ROLE of_each");
    for (String shard : new String[] {"s0", "s1", "s2"}) {
      assertThat(roles(shard, "of_each")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ANALYZE", "VACUUM", "ANALYZE notes", "VACUUM ANALYZE"})
  void maintenanceTakesTurns(String sql) throws SQLException {
    Sample.execute(dataSource, sql);
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @ParameterizedTest
  @EnumSource(TransactionMode.class)
  void rolesInATransactionAreMadeOnce(TransactionMode mode) throws SQLException {
    for (boolean commits : new boolean[] {false, true}) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        connection.unwrap(ShardConnection.class).setTransactionMode(mode);
        connection.setAutoCommit(false);
        statement.execute("CREATE ROLE in_transaction");
        statement.execute("ALTER ROLE in_transaction NOLOGIN");
        statement.execute("GRANT in_transaction TO CURRENT_USER");
        if (commits) {
          connection.commit();
        } else {
          connection.rollback();
        }
      }
      assertThat(roles("s0", "in_transaction")).isEqualTo(commits ? 1 : 0);
    }
    Sample.execute(dataSource, "DROP ROLE in_transaction");
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ANALYZE", "REASSIGN OWNED BY CURRENT_USER TO CURRENT_USER"})
  void whatWouldWaitForItselfIsRefused(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("SJ0370");
      connection.rollback();
    }
    try (Connection connection = servers.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("ANALYZE");
      connection.rollback();
    }
  }
}
