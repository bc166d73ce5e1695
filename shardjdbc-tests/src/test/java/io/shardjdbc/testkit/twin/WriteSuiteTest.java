package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every form of INSERT, UPDATE, DELETE and MERGE, one upon the other. */
class WriteSuiteTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(3))
          .withCollation(Collation.icu("en-US"));

  @Test
  void afterEachWriteTheShardsTogetherAreTheTwin() throws IOException, SQLException {
    Expectations refused = new Expectations("writes-refused.txt");
    List<String> differences = new ArrayList<>();
    try (TwinDatabase twin = SuiteTables.open(cluster)) {
      for (Trial write : SqlFile.read("writes.sql")) {
        Verdict outcome = twin.verify(write);
        if (outcome instanceof Verdict.Refused refusal) {
          refused.refused(write, refusal);
        } else if (outcome instanceof Verdict.Different different) {
          differences.add(different.description());
          break; // the sides are no longer the same
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(refused.text()).isEqualTo(refused.expected());
  }
}
