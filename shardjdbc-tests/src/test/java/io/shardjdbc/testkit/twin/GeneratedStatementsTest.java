package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Generated statements over three shards and on one PostgreSQL.
 *
 * <p>{@code -Dshardjdbc.twin.seeds=5,6,7} or {@code =100-199} chooses the seeds, {@code
 * -Dshardjdbc.twin.statements=2000} how many statements of each; a failure names the seed and the
 * number of the statement.
 */
class GeneratedStatementsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @Test
  void queriesAndWritesAnswerAsOnePostgresOrAreRefused() throws SQLException {
    int statements = Integer.getInteger("shardjdbc.twin.statements", 80);
    List<String> differences = new ArrayList<>();
    int answered = 0;
    int refused = 0;
    Map<String, Integer> refusals = new TreeMap<>();
    long[] seeds = seeds("1-2");
    for (long seed : seeds) {
      try (GeneratedRun run = new GeneratedRun(cluster, seed)) {
        System.out.println("generated statements, " + run.queriesAndWrites(statements));
        differences.addAll(run.differences());
        answered += run.answered();
        for (Map.Entry<String, Integer> refusal : run.refusals().entrySet()) {
          refusals.merge(refusal.getKey(), refusal.getValue(), Integer::sum);
          refused += refusal.getValue();
        }
      }
    }
    System.out.printf(
        "generated statements, all: %d answered (%.1f %%), %d refused %s%n",
        answered, 100.0 * answered / (answered + refused), refused, refusals);
    assertThat(differences).isEmpty();
    // Refusing everything would be never wrong, too.
    assertThat(answered).isGreaterThanOrEqualTo((answered + refused) * 98 / 100);
    assertThat(answered + refused).isEqualTo(statements * seeds.length);
  }

  @LongRun
  @Test
  void damagedStatementsAnswerAsOnePostgresOrAreRefused() throws SQLException {
    int statements = Integer.getInteger("shardjdbc.twin.statements", 60);
    List<String> differences = new ArrayList<>();
    for (long seed : seeds("5")) {
      try (GeneratedRun run = new GeneratedRun(cluster, seed)) {
        System.out.println("damaged statements, " + run.mutants(statements));
        differences.addAll(run.differences());
      }
    }
    assertThat(differences).isEmpty();
  }

  private static long[] seeds(String usual) {
    String text = System.getProperty("shardjdbc.twin.seeds", usual);
    int range = text.indexOf('-', 1);
    if (range > 0) {
      return LongStream.rangeClosed(
              Long.parseLong(text.substring(0, range)), Long.parseLong(text.substring(range + 1)))
          .toArray();
    }
    return Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
  }
}
