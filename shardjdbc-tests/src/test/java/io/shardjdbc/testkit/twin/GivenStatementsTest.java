package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Statements that somebody gives, over three shards and on one PostgreSQL: those of {@code
 * given.sql}, on the tables of {@code given-tables.sql}.
 *
 * <p>{@code -Dshardjdbc.given=FILE} names a file of more, one on each line, such as the output of a
 * program that writes queries for a schema. These may be answered in several ways, as queries
 * without an order are; where one PostgreSQL does so, a difference is none.
 */
class GivenStatementsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @Test
  void statementsThatAreGivenAnswerAsOnePostgres() throws Exception {
    List<Trial> given = SqlFile.read("given.sql");
    try (GivenRun run = new GivenRun(cluster)) {
      for (Trial trial : given) {
        run.run(trial);
      }
      assertThat(run.tally().differences()).isEmpty();
      assertThat(run.tally().answered()).as("%s", run.tally()).isEqualTo(given.size());
    }
  }

  @LongRun
  @Test
  void statementsOfAFileAnswerAsOnePostgresOrAreRefused() throws Exception {
    String file = System.getProperty("shardjdbc.given");
    List<String> statements =
        file == null
            ? SqlFile.read("given.sql").stream().map(Trial::sql).toList()
            : Files.readAllLines(Path.of(file));
    try (GivenRun run = new GivenRun(cluster)) {
      for (String statement : statements) {
        run.run(Trial.plain(statement));
      }
      System.out.println("given statements: " + run.tally());
      assertThat(run.tally().differences()).isEmpty();
    }
  }
}
