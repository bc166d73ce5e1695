package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDriver;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Connections by URL alone. */
class DriverTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  /** What it has opened is not closed by anything else, and would go on looking at the servers. */
  @AfterAll
  static void closeDriver() throws SQLException {
    DriverManager.deregisterDriver(DriverManager.getDriver("jdbc:shardjdbc:any"));
    DriverManager.registerDriver(new ShardDriver());
  }

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

  /** A wrong password that is ignored would be found out by nobody. */
  @Test
  void whatIsGivenBesideTheUrlIsForServersThatSayNothing(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("shards.yaml");
    Files.writeString(file, cluster.shardsYaml() + "\ntables:\n  users: {key: user_id}\n");
    String url = "jdbc:shardjdbc:file:" + file + "?ApplicationName=of+the+URL";
    Properties info = new Properties();
    info.setProperty("options", "-c work_mem=7MB");
    try (Connection connection = DriverManager.getConnection(url, info);
        Statement statement = connection.createStatement()) {
      assertThat(shown(statement, "application_name")).isEqualTo("of the URL");
      assertThat(shown(statement, "work_mem")).isEqualTo("7MB");
    }
  }

  private static String shown(Statement statement, String setting) throws SQLException {
    try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void namesAndTextsAreQuotedAsTheDriverDoes() throws Exception {
    try (ShardDataSource dataSource = Sample.builder(cluster).build();
        Connection ours = dataSource.getConnection();
        Statement statement = ours.createStatement();
        Connection driver = cluster.connect("s0");
        Statement its = driver.createStatement()) {
      for (String text : List.of("plain", "it's", "back\\slash", "Upper", "two words", "a\"b")) {
        assertThat(statement.enquoteLiteral(text)).isEqualTo(its.enquoteLiteral(text));
        assertThat(statement.enquoteNCharLiteral(text)).isEqualTo(its.enquoteNCharLiteral(text));
        assertThat(statement.isSimpleIdentifier(text)).isEqualTo(its.isSimpleIdentifier(text));
        if (!text.contains("\"")) {
          assertThat(statement.enquoteIdentifier(text, false))
              .isEqualTo(its.enquoteIdentifier(text, false));
        }
      }
      assertThat(Sample.lent(dataSource)).isZero();
    }
  }

  @Test
  void aUrlWhoseFileIsMissingSaysSo() {
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:shardjdbc:/no/such/file.yaml"))
        .hasMessageContaining("SJ0101");
  }
}
