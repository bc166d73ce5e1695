package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool of another's around the logical connections, as frameworks put one around a URL. */
class PoolAroundTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @BeforeAll
  static void create() throws SQLException {
    try (ShardDataSource shards = Sample.builder(cluster).build()) {
      Sample.createTables(shards);
      Sample.insertUsers(shards);
    }
  }

  @Test
  void aRefusalDoesNotCostTheConnectionThatTheCallerHasToRollBack() throws SQLException {
    try (ShardDataSource shards = Sample.builder(cluster).build();
        HikariDataSource around = new HikariDataSource()) {
      around.setDataSource(shards);
      around.setMaximumPoolSize(1);
      try (Connection connection = around.getConnection()) {
        connection.setAutoCommit(false);
        Sample.update(connection, "INSERT INTO settings VALUES ('a', 'b')");
        assertThatThrownBy(() -> Sample.rows(connection, "SELECT ctid FROM users"))
            .hasMessageStartingWith("SJ0303");
        assertThat(connection.isClosed()).isFalse();
        connection.rollback();
        assertThat(Sample.rows(connection, "SELECT count(*) FROM settings")).containsExactly("0");
        connection.commit();
      }
    }
  }

  @Test
  void aTimeoutDoesNotEither() throws SQLException {
    try (ShardDataSource shards = Sample.builder(cluster).build();
        HikariDataSource around = new HikariDataSource()) {
      around.setDataSource(shards);
      around.setMaximumPoolSize(1);
      try (Connection connection = around.getConnection();
          Statement slow = connection.createStatement()) {
        connection.setAutoCommit(false);
        slow.setQueryTimeout(1);
        assertThatThrownBy(
                () -> slow.execute("SELECT count(*) FROM users WHERE pg_sleep(60) IS NULL"))
            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("57014"));
        assertThat(connection.isClosed()).isFalse();
        connection.rollback();
        assertThat(Sample.rows(connection, "SELECT 1")).containsExactly("1");
        connection.commit();
      }
    }
  }
}
