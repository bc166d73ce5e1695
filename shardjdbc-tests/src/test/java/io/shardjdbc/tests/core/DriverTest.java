package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Connections by URL alone. */
class DriverTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @Test
  void aUrlOpensWhatItsFileDescribes(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("shards.yaml");
    Files.writeString(file, cluster.shardsYaml() + "\ntables:\n  users: {key: user_id}\n");
    try (Connection connection = DriverManager.getConnection("jdbc:shardjdbc:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE users (user_id bigint)");
      statement.execute("INSERT INTO users VALUES (1), (2), (3), (4)");
      try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM users")) {
        rows.next();
        assertThat(rows.getLong(1)).isEqualTo(4);
      }
    }
  }

  @Test
  void aUrlWhoseFileIsMissingSaysSo() {
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:shardjdbc:/no/such/file.yaml"))
        .hasMessageContaining("SJ0101");
  }
}
