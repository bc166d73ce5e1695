package io.shardjdbc.tests.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in a configuration against the server's own reading of them. */
class NameParityTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "users",
        "Users",
        "App.Order_Lines$1",
        "\"Quoted Name\"",
        "\"with \"\"quotes\"\"\".\"and.dots\"",
        "público.Größe",
        "_x9",
      })
  void namesAreFoldedAsTheServerFoldsThem(String name) throws SQLException {
    try (Connection connection = cluster.connect("s0");
        PreparedStatement parse = connection.prepareStatement("SELECT parse_ident(?)")) {
      parse.setString(1, name);
      try (ResultSet row = parse.executeQuery()) {
        row.next();
        assertThat(Identifiers.parse(name))
            .containsExactly((String[]) row.getArray(1).getArray())
            .isEqualTo(Identifiers.parse(Identifiers.display(Identifiers.parse(name))));
      }
    }
  }
}
