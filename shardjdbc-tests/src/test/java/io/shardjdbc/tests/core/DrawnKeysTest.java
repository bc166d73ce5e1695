package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Keys that the database draws are returned as generated keys, alone, in batches and in a
 * transaction.
 */
class DrawnKeysTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).tables(t -> t.sharded("things", "id")).build();
    Sample.execute(
        dataSource, "CREATE TABLE things (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int)");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    Sample.execute(dataSource, "DELETE FROM things");
  }

  private static void look(Connection connection, Set<UUID> ids) throws SQLException {
    for (UUID id : ids) {
      assertThat(Sample.rows(connection, "SELECT count(*) FROM things WHERE id = ?", id))
          .as("the row of a returned key is found by it")
          .containsExactly("1");
    }
  }

  @Test
  void aDrawnKeyIsReturned() throws SQLException {
    Set<UUID> ids = new HashSet<>();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO things (n) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
      for (int i = 0; i < 8; i++) {
        insert.setInt(1, i);
        assertThat(insert.executeUpdate()).isOne();
        try (ResultSet keys = insert.getGeneratedKeys()) {
          assertThat(keys.next()).isTrue();
          ids.add(keys.getObject("id", UUID.class));
        }
      }
      assertThat(ids).hasSize(8);
      look(connection, ids);
    }
  }

  @Test
  void keysDrawnInATransactionAreReturnedAndRolledBack() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO things (n) VALUES (?)", new String[] {"id"})) {
      connection.setAutoCommit(false);
      insert.setInt(1, 1);
      insert.executeUpdate();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        assertThat(keys.next()).isTrue();
        look(connection, Set.of(keys.getObject(1, UUID.class)));
      }
      connection.rollback();
      connection.setAutoCommit(true);
      assertThat(Sample.rows(connection, "SELECT count(*) FROM things")).containsExactly("0");
    }
  }

  @Test
  void aBatchDrawsAKeyForEachEntry() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO things (n) VALUES (?)")) {
      for (int i = 0; i < 9; i++) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).containsOnly(1).hasSize(9);
      assertThat(Sample.rows(connection, "SELECT n FROM things ORDER BY n")).hasSize(9);
      List<String> ids = Sample.rows(connection, "SELECT id FROM things");
      Set<UUID> found = new HashSet<>();
      ids.forEach(id -> found.add(UUID.fromString(id)));
      look(connection, found);
    }
  }
}
