package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the configuration says commits of writes to a table wait for holds however the rows come.
 *
 * <p>The tables have a constraint that looks at {@code synchronous_commit}, so that a row which is
 * written in a transaction that does not have it is an error.
 */
class TableDurabilityTest {

  private static final int ROWS = 30;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster)
            .transactions(TransactionMode.TWO_PHASE)
            .tables(
                t ->
                    t.sharded("source", "id")
                        .sharded("strict", "id")
                        .policy("strict", policy -> policy.withMoveRows(true))
                        .reference("everywhere"))
            .durability("strict", Durability.LOCAL)
            .durability("everywhere", Durability.LOCAL)
            .build();
    String checked = ", CHECK (current_setting('synchronous_commit') = 'local')";
    Sample.execute(dataSource, "CREATE TABLE source (id bigint PRIMARY KEY, n int)");
    Sample.execute(dataSource, "CREATE TABLE strict (id bigint PRIMARY KEY, n int" + checked + ")");
    Sample.execute(
        dataSource, "CREATE TABLE everywhere (id bigint PRIMARY KEY, n int" + checked + ")");
    Sample.execute(
        dataSource, "INSERT INTO source SELECT n, n % 7 FROM generate_series(1, " + ROWS + ") n");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    connection = dataSource.getConnection();
    Sample.update(connection, "DELETE FROM strict");
    Sample.update(connection, "DELETE FROM everywhere");
    Sample.update(connection, "INSERT INTO strict SELECT id, n FROM source");
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void theServersOwnSettingIsAnotherOne() throws SQLException {
    try (Connection direct = cluster.connect("s0")) {
      assertThatThrownBy(() -> Sample.update(direct, "INSERT INTO strict VALUES (1000, 1)"))
          .hasMessageContaining("check constraint");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE strict SET n = 1 WHERE id = 7",
        "UPDATE strict SET n = 1",
        "INSERT INTO strict VALUES (101, 1), (102, 1), (103, 1), (104, 1)",
        "INSERT INTO strict SELECT id + 200, n FROM source",
        "INSERT INTO strict SELECT id, n FROM source ON CONFLICT (id) DO UPDATE SET n = 1",
        "UPDATE strict SET n = 2 WHERE n IN (SELECT count(*) FROM source GROUP BY n)",
        "MERGE INTO strict s USING (SELECT n, count(*) AS c FROM source GROUP BY n) x"
            + " ON s.id = x.n WHEN MATCHED THEN UPDATE SET n = x.c"
            + " WHEN NOT MATCHED THEN INSERT VALUES (x.n, x.c)",
        "UPDATE strict SET id = id + 1000 WHERE n < 3",
        "INSERT INTO everywhere VALUES (1, 1)",
        "INSERT INTO everywhere SELECT id, n FROM source"
      })
  void itHoldsForEveryWayToWrite(String sql) throws SQLException {
    for (boolean autoCommit : List.of(true, false)) {
      connection.setAutoCommit(autoCommit);
      assertThat(Sample.update(connection, sql)).isPositive();
      if (!autoCommit) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
      connection.close();
      fill();
    }
  }

  @Test
  void itHoldsForCopiesAndBatches() throws Exception {
    ShardConnection mine = connection.unwrap(ShardConnection.class);
    byte[] rows = "301\t1\n302\t2\n303\t3\n304\t4\n".getBytes(StandardCharsets.UTF_8);
    for (String table : List.of("strict", "everywhere")) {
      assertThat(
              mine.copy().copyIn("COPY " + table + " FROM STDIN", new ByteArrayInputStream(rows)))
          .isEqualTo(4);
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO strict VALUES (?, 1)")) {
      for (long id = 401; id < 410; id++) {
        insert.setLong(1, id);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(9).containsOnly(1);
    }
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO source VALUES (411, 1)");
      statement.addBatch("INSERT INTO strict SELECT id, n FROM source WHERE id > 400");
      statement.addBatch("DELETE FROM source WHERE id = 411");
      assertThat(statement.executeBatch()).containsExactly(1, 1, 1);
    }
  }
}
