package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every form of SELECT, over databases that sort text as English speakers do. */
class SelectSuiteTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(3))
          .withCollation(Collation.icu("en-US"));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws IOException, SQLException {
    twin = SuiteTables.open(cluster);
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
  }

  @Test
  void everySelectAnswersAsOnePostgresOrIsRefusedAsListed() throws IOException, SQLException {
    List<Trial> selects = SqlFile.read("selects.sql");
    assertThat(selects).hasSizeGreaterThanOrEqualTo(150);
    Expectations refused = new Expectations("selects-refused.txt");
    List<String> differences = new ArrayList<>();
    for (Trial select : selects) {
      Verdict outcome = twin.verify(select);
      if (outcome instanceof Verdict.Refused refusal) {
        refused.refused(select, refusal);
      } else if (outcome instanceof Verdict.Different different) {
        differences.add(different.description());
      }
    }
    assertThat(differences).isEmpty();
    assertThat(refused.text()).isEqualTo(refused.expected());
  }

  @LongRun
  @Test
  void fetchSizesHold() throws IOException, SQLException {
    List<String> differences = new ArrayList<>();
    for (Trial select : SqlFile.read("selects.sql")) {
      for (Trial variant : List.of(select.withFetchSize(2))) {
        if (twin.verify(variant) instanceof Verdict.Different different) {
          differences.add(different.description());
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  @LongRun
  @Test
  void plainStatementsAnswerAsPreparedOnes() throws IOException, SQLException {
    List<String> differences = new ArrayList<>();
    for (Trial select : SqlFile.read("selects.sql")) {
      if (select.parameters().isEmpty()
          && twin.verify(Trial.plain(select.sql())) instanceof Verdict.Different different) {
        differences.add(different.description());
      }
    }
    assertThat(differences).isEmpty();
  }
}
