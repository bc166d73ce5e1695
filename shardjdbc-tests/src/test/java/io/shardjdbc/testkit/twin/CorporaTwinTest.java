package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Statements of PostgreSQL's own tests, as they are and damaged, over three shards and on one
 * PostgreSQL; where these are not at hand, damaged statements of our own suite.
 *
 * <p>{@code -Dshardjdbc.corpora=DIRECTORY} says where they are. {@code
 * -Dshardjdbc.corpora.parts=0-90} chooses the parts of the corpus, or with {@code edge} the
 * statements on the edge of the grammar that have parameters, {@code -Dshardjdbc.corpora.mutants=2}
 * how many damaged statements follow each, {@code -Dshardjdbc.corpora.seed=7} how tables are
 * sharded and statements damaged.
 */
class CorporaTwinTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final int MUTANTS = Integer.getInteger("shardjdbc.corpora.mutants", 1);

  private static final Pattern RANGE = Pattern.compile("(?<first>\\d+)(-(?<last>\\d+))?");

  private final Tally all = new Tally();

  @Test
  void statementsOfCorporaAnswerAsOnePostgresOrAreRefused() throws Exception {
    Path file = Path.of(System.getProperty("shardjdbc.corpora", ""), "postgres15-regress.tsv.gz");
    long seed = Long.getLong("shardjdbc.corpora.seed", 1);
    if (System.getProperty("shardjdbc.corpora.parts", "").equals("edge")) {
      edge(file.resolveSibling("edge.tsv.gz"), seed);
    } else if (Files.exists(file)) {
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
    System.out.println("corpora, all: " + all);
    assertThat(all.differences()).isEmpty();
    assertThat(all.answered()).isGreaterThan(50);
  }

  private void parts(List<List<String>> parts, long seed) throws Exception {
    List<String> base = CorpusBase.of(parts);
    String chosen = System.getProperty("shardjdbc.corpora.parts", "71").replace(" ", "");
    Matcher ranges = RANGE.matcher(chosen);
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
    try (CorpusRun run = new CorpusRun(cluster, what, seed, before, statements)) {
      run.all(statements, MUTANTS, seed);
      ended(what, run.tally());
    }
  }

  private void edge(Path file, long seed) throws Exception {
    for (String type : List.of("int", "text", "numeric(10,2)")) {
      try (EdgeRun run = new EdgeRun(cluster, type, seed)) {
        run.all(CorpusFile.statements(file), MUTANTS);
        ended("edge, " + type, run.tally());
      }
    }
  }

  private void ended(String what, Tally tally) {
    System.out.println(what + ": " + tally);
    tally.differences().forEach(difference -> System.out.println("DIFF " + difference));
    all.add(tally);
  }
}
