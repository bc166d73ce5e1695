package io.shardjdbc.routing.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged statements are understood or refused, and nothing else happens. */
class MutationsTest {

  private static final int MUTATIONS = 60_000;
  private static final String NOISE = "'\"$(){}[]?:;,.-+*/|&@#~<>=!%^\\ \n\t0aEeUuxXBbN_é\u0000";

  private static void parse(String sql, String what) {
    try {
      SqlParser.parse(sql);
    } catch (SqlSyntaxException expected) {
      assertThat(expected.position()).as(what).isBetween(0, sql.length());
    } catch (RuntimeException | Error e) {
      fail(what + ": " + e + " on: " + sql, e);
    }
  }

  @Test
  void everyPrefixAndEverySuffixOfTheSamplesIsUnderstoodOrRefused() {
    for (Corpora.Sample sample : Corpora.own()) {
      for (int i = 0; i <= sample.sql().length(); i++) {
        parse(sample.sql().substring(0, i), "prefix");
        parse(sample.sql().substring(i), "suffix");
      }
    }
  }

  @Test
  void mutatedStatementsAreUnderstoodOrRefused() {
    long seed = Long.getLong("shardjdbc.seed", System.nanoTime());
    System.out.println("mutations with -Dshardjdbc.seed=" + seed);
    Random random = new Random(seed);
    List<String> texts = Corpora.all().stream().map(Corpora.Sample::sql).toList();
    for (int i = 0; i < MUTATIONS; i++) {
      StringBuilder sql = new StringBuilder(texts.get(random.nextInt(texts.size())));
      int times = 1 + random.nextInt(3);
      for (int t = 0; t < times && !sql.isEmpty(); t++) {
        mutate(sql, texts, random);
      }
      parse(sql.toString(), "seed " + seed);
    }
  }

  private static void mutate(StringBuilder sql, List<String> texts, Random random) {
    int from = random.nextInt(sql.length());
    int to = Math.min(sql.length(), from + 1 + random.nextInt(12));
    switch (random.nextInt(5)) {
      case 0 -> sql.delete(from, to);
      case 1 -> sql.insert(from, NOISE.charAt(random.nextInt(NOISE.length())));
      case 2 -> sql.setCharAt(from, NOISE.charAt(random.nextInt(NOISE.length())));
      case 3 -> sql.insert(from, sql.substring(from, to));
      default -> {
        String other = texts.get(random.nextInt(texts.size()));
        int start = random.nextInt(other.length());
        int end = Math.min(other.length(), start + 1 + random.nextInt(30));
        sql.insert(from, " " + other.substring(start, end) + " ");
      }
    }
  }

  /** The tree's size stands for the work: four times the text may give four times the nodes. */
  @Test
  void theTreeGrowsNoFasterThanTheText() {
    List<String> units =
        List.of(" or a = 1", " + 1", " || b", " and a in (1, 2)", " or (a, b) = (1, 2)");
    for (String unit : units) {
      double small = size("select a" + unit.repeat(1000));
      double large = size("select a" + unit.repeat(4000));
      assertThat(large / small).as(unit).isLessThan(5);
    }
  }

  private static int size(String sql) {
    List<Node> nodes = new ArrayList<>(List.of(SqlParser.parse(sql).statement()));
    for (int i = 0; i < nodes.size(); i++) {
      nodes.addAll(nodes.get(i).children());
    }
    return nodes.size();
  }
}
