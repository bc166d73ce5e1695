package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Unusual SELECTs over unusual columns: what a hostile reader of the manual would try. */
class FormsSuiteTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(3))
          .withCollation(Collation.icu("en-US"));

  @Test
  void everyFormAnswersAsOnePostgresOrIsRefusedAsListed() throws IOException, SQLException {
    Expectations refused = new Expectations("forms-refused.txt");
    List<String> differences = new ArrayList<>();
    try (TwinDatabase twin = open()) {
      for (Trial select : SqlFile.read("forms.sql")) {
        Verdict outcome = twin.verify(select);
        if (outcome instanceof Verdict.Refused refusal) {
          refused.refused(select, refusal);
        } else if (outcome instanceof Verdict.Different different) {
          differences.add(different.description());
        }
      }
    }
    assertThat(refused.text()).isEqualTo(refused.expected());
    assertThat(differences).isEmpty();
  }

  private static TwinDatabase open() throws IOException, SQLException {
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(cluster.database());
          Statement statement = connection.createStatement()) {
        for (Trial definition : SqlFile.read("forms-schema.sql")) {
          statement.execute(definition.sql());
        }
      }
    }
    TwinDatabase twin =
        TwinDatabase.on(cluster.cluster(), cluster.database(), FormsSuiteTest::declare);
    for (Trial rows : SqlFile.read("forms-rows.sql")) {
      twin.execute(rows.sql());
    }
    return twin;
  }

  private static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("things", "k")
        .sharded("app.notes", "k")
        .sharded("\"Odd Name\"", "\"Key Col\"")
        .sharded("events", "k")
        .sharded("animals", "k")
        .reference("kinds")
        .single("config", "s1");
  }
}
