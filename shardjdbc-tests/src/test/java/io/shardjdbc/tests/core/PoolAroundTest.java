package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool of another's around the logical connections, as frameworks put one around a URL. */
class PoolAroundTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @Test
  void aRefusalDoesNotCostTheConnectionThatTheCallerHasToRollBack() throws SQLException {
    try (ShardDataSource shards = Sample.builder(cluster).build();
        HikariDataSource around = new HikariDataSource()) {
      Sample.createTables(shards);
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
}
