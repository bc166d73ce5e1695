package io.shardjdbc.benchmarks.micro;

import java.util.ArrayList;
import java.util.List;

/** Statements to parse and plan. */
public final class Texts {

  public static final String POINT_SELECT =
      "SELECT name, email FROM users WHERE user_id = ? AND active";

  private static final int TABLES = 8;

  private Texts() {}

  /** A join of some forty lines, as reports have them: all tables by one key. */
  public static String join() {
    List<String> lines = new ArrayList<>();
    lines.add("SELECT t0.user_id,");
    for (int i = 0; i < TABLES; i++) {
      lines.add("       t" + i + ".name AS name_" + i + ",");
      lines.add("       coalesce(t" + i + ".amount, 0) * 100 AS cents_" + i + ",");
    }
    lines.add("       CASE WHEN t1.amount > t2.amount THEN 'more' ELSE 'less' END AS trend");
    lines.add("  FROM t0");
    for (int i = 1; i < TABLES; i++) {
      lines.add("  JOIN t" + i + " ON t" + i + ".user_id = t0.user_id AND t" + i + ".kind = 'k'");
    }
    lines.add(" WHERE t0.user_id = ?");
    for (int i = 0; i < TABLES; i++) {
      lines.add("   AND (t" + i + ".created >= ? OR t" + i + ".state IN ('a', 'b', 'c'))");
    }
    lines.add("   AND EXISTS (SELECT 1 FROM t1 e WHERE e.user_id = t0.user_id AND e.amount > 3)");
    lines.add(" ORDER BY t0.name, t1.created DESC");
    lines.add(" LIMIT 20");
    return String.join("\n", lines);
  }

  static List<String> tables() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      all.add("t" + i);
    }
    return all;
  }
}
