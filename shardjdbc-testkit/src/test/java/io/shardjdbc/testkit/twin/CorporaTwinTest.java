package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Statements of PostgreSQL's own tests, as they are and damaged, over three shards and on one
 * PostgreSQL; where these are not at hand, damaged statements of our own suite.
 *
 * <p>{@code -Dshardjdbc.corpora=DIRECTORY} says where they are. {@code
 * -Dshardjdbc.corpora.parts=0-90} chooses the parts of the corpus, {@code
 * -Dshardjdbc.corpora.mutants=2} how many damaged statements follow each, {@code
 * -Dshardjdbc.corpora.seed=7} how tables are sharded and statements damaged.
 */
class CorporaTwinTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final Pattern RANGE = Pattern.compile("(?<first>\\d+)(-(?<last>\\d+))?");

  private final List<String> differences = new ArrayList<>();
  private final Map<String, Integer> refusals = new TreeMap<>();
  private int answered;
  private int undetermined;

  @Test
  void statementsOfCorporaAnswerAsOnePostgresOrAreRefused() throws Exception {
    Path file = Path.of(System.getProperty("shardjdbc.corpora", ""), "postgres15-regress.tsv.gz");
    long seed = Long.getLong("shardjdbc.corpora.seed", 1);
    if (Files.exists(file)) {
      parts(CorpusFile.parts(file), seed);
    } else {
      System.out.println("No corpus in the directory that shardjdbc.corpora names: own statements");
      List<String> tables = SqlFile.read("tables.sql").stream().map(Trial::sql).toList();
      List<String> selects =
          SqlFile.read("selects.sql").stream()
              .filter(select -> select.parameters().isEmpty())
              .map(Trial::sql)
              .toList();
      run("own statements", seed, tables, selects);
    }
    System.out.printf(
        "corpora, all: %d answered, %d undetermined, %d different, refused %s%n",
        answered, undetermined, differences.size(), refusals);
    assertThat(differences).isEmpty();
    assertThat(answered).isGreaterThan(50);
  }

  private void parts(List<List<String>> parts, long seed) throws Exception {
    List<String> base = CorpusBase.of(parts);
    Matcher ranges =
        RANGE.matcher(System.getProperty("shardjdbc.corpora.parts", "71").replace(" ", ""));
    while (ranges.find()) {
      int first = Integer.parseInt(ranges.group("first"));
      String end = ranges.group("last");
      int last = Math.min(end == null ? first : Integer.parseInt(end), parts.size() - 1);
      for (int i = first; i <= last; i++) {
        run("part " + i, seed * 1000 + i, base, parts.get(i));
      }
    }
  }

  private void run(String what, long seed, List<String> before, List<String> statements)
      throws Exception {
    int mutants = Integer.getInteger("shardjdbc.corpora.mutants", 1);
    try (CorpusRun run = new CorpusRun(cluster, what, seed, before, statements)) {
      System.out.println(run.all(statements, mutants, seed));
      run.differences().forEach(difference -> System.out.println("DIFF " + difference));
      differences.addAll(run.differences());
      answered += run.answered();
      undetermined += run.undetermined();
      run.refusals().forEach((code, count) -> refusals.merge(code, count, Integer::sum));
    }
  }
}
