package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shards whose moments a transaction lets go, because it chooses another one, keep no trace of it
 * for the next borrower.
 */
class TracesOfMomentsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster)
            .transactions(TransactionMode.TWO_PHASE)
            .pool(Sample.pool(1))
            .build();
    Sample.createTables(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET LOCAL app.x = 'a'", "RESET app.x"})
  void areNotLeftBehind(String setting) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setAutoCommit(false);
      statement.execute("SELECT set_config('timezone', 'Asia/Tokyo', true)"); // on any shard
      statement.execute(setting);
      assertThatThrownBy(() -> statement.execute("UPDATE users SET age = 40"))
          .hasMessageContaining("SJ0602");
      connection.rollback();
    }
    assertThat(seen()).containsExactly("null", "null");
  }

  private static List<String> seen() throws SQLException {
    List<String> seen = new ArrayList<>();
    for (String shard : List.of("s0", "s1")) {
      String sql = "/* shardjdbc: shard=" + shard + " */ SELECT current_setting('app.x', true)";
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        row.next();
        seen.add(String.valueOf(row.getString(1)));
      }
    }
    return seen;
  }
}
