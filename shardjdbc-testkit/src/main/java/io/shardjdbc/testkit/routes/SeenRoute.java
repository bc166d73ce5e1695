package io.shardjdbc.testkit.routes;

import io.shardjdbc.observe.RoutedStatement;
import java.util.regex.Pattern;

/**
 * A statement over several shards as a reviewer sees it.
 *
 * @param sql on one line, each literal a {@code ?} and each list of them {@code ?, ...}, so that
 *     neither values nor their number make it another statement
 * @param plan one line after another
 */
record SeenRoute(String sql, String plan) implements Comparable<SeenRoute> {

  private static final Pattern LITERAL =
      Pattern.compile(
          "(?i)(?:\\bE)?'(?:[^']++|(?:'')++)*+'|(?<![\\w\"$.])\\d+(?:\\.\\d+)?(?![\\w\"])");
  private static final Pattern LIST = Pattern.compile("\\?(?:\\s*,\\s*\\?)+");
  private static final Pattern ROWS =
      Pattern.compile("(\\(\\?[^()]*\\))(?:\\s*,\\s*\\(\\?[^()]*\\))+");
  private static final Pattern CONSTANTS =
      Pattern.compile("(?:constant|\\$\\d+)(?:, (?:constant|\\$\\d+))+|\\d+ values");
  private static final Pattern ROW_COUNT = Pattern.compile(": \\d+ rows,");

  static SeenRoute of(RoutedStatement statement) {
    String sql = LITERAL.matcher(statement.sql()).replaceAll("?");
    sql = LIST.matcher(sql.strip().replaceAll("\\s+", " ")).replaceAll("?, ...");
    sql = ROWS.matcher(sql).replaceAll("$1, ...");
    String plan = CONSTANTS.matcher(statement.plan()).replaceAll("...");
    plan = ROW_COUNT.matcher(plan).replaceAll(": rows,");
    return new SeenRoute(sql, plan);
  }

  @Override
  public int compareTo(SeenRoute other) {
    int bySql = sql.compareTo(other.sql);
    return bySql != 0 ? bySql : plan.compareTo(other.plan);
  }

  /** As it stands in the file. */
  String block() {
    return sql + "\n" + plan.lines().map(line -> "| " + line + "\n").reduce("", String::concat);
  }
}
