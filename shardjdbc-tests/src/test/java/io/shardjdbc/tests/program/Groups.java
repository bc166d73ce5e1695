package io.shardjdbc.tests.program;

import java.util.ArrayList;
import java.util.List;

/** Draws queries that group, aggregate, choose and sort, column by column. */
final class Groups {

  /** Equal values of these look alike, so that it does not matter whose a group shows. */
  private static final List<String> KEYS =
      List.of(
          "t",
          "b",
          "d",
          "ts",
          "x",
          "j",
          "u",
          "a",
          "m",
          "s",
          "k",
          "id % 3",
          "upper(t)",
          "d + 1",
          "s::int + 1",
          "extract(day FROM d)",
          "coalesce(b, true)",
          "k IS NULL",
          "left(t, 1)");

  private static final List<String> AGGREGATES =
      List.of(
          "count(*)",
          "count(b)",
          "count(DISTINCT t)",
          "count(DISTINCT s)",
          "sum(s)",
          "sum(k)",
          "sum(n) FILTER (WHERE n < 100)",
          "sum(DISTINCT s)",
          "avg(s)",
          "avg(k)",
          "avg(n) FILTER (WHERE n < 1000)",
          "min(n)",
          "max(n)",
          "min(f)",
          "max(f)",
          "min(t)",
          "max(t)",
          "min(d)",
          "max(ts)",
          "sum(iv)",
          "avg(iv)",
          "max(iv)",
          "min(u)",
          "max(m)",
          "min(a)",
          "max(x)",
          "bool_and(b)",
          "bool_or(b)",
          "every(s > 0)",
          "bit_and(s)",
          "bit_or(s)",
          "bit_xor(s)",
          "string_agg(t, ',' ORDER BY id)",
          "array_agg(s ORDER BY id)",
          "jsonb_agg(s ORDER BY id)",
          "count(*) FILTER (WHERE s > 1)",
          "sum(s) FILTER (WHERE b)",
          "max(s) + min(s)",
          "count(*) * 2",
          "sum(s) / count(*)",
          "round(avg(s), 2)",
          "coalesce(sum(k), 0)",
          "sum(CASE WHEN b THEN 1 ELSE 0 END)",
          "stddev(s)",
          "any_value(s) IS NULL",
          "max(id) - min(id)",
          "sum(f) FILTER (WHERE f < 1 AND f > -1)");

  private static final List<String> CONDITIONS =
      List.of(
          "s > 1",
          "b",
          "t < 'b'",
          "n > 1",
          "id IN (1, 2, 3, 4, 5, 6, 7)",
          "k IS NOT NULL",
          "d > '2020-02-29'",
          "m >= 'ok'",
          "f = 0.1",
          "a @> ARRAY[1]",
          "id = 7",
          "false",
          "j @> '{\"k\": 1}'",
          "t IN ('a', 'ä')");

  private static final List<String> KEPT =
      List.of(
          "count(*) > 2",
          "sum(s) > 6",
          "max(t) > 'a'",
          "bool_or(b)",
          "avg(s) > 1.4",
          "min(d) < '2020-03-01'");

  private final Draw draw;

  Groups(Draw draw) {
    this.draw = draw;
  }

  String query() {
    int dice = draw.below(100);
    if (dice < 60) {
      return grouped();
    } else if (dice < 75) {
      return "SELECT " + String.join(", ", some(AGGREGATES, 1, 5)) + " FROM mix" + where();
    } else if (dice < 90) {
      return sorted();
    }
    List<String> keys = some(KEYS, 1, 2);
    return "SELECT DISTINCT %s FROM mix%s ORDER BY %s%s"
        .formatted(String.join(", ", keys), where(), numbers(keys.size()), limit());
  }

  private String grouped() {
    List<String> keys = some(KEYS, 1, 2);
    List<String> aggregates = some(AGGREGATES, 1, 4);
    boolean first = draw.chance(20);
    String order = numbers(keys.size());
    return "SELECT %s, %s FROM mix%s GROUP BY %s%s ORDER BY %s%s"
        .formatted(
            String.join(", ", keys),
            String.join(", ", aggregates),
            where(),
            String.join(", ", keys),
            draw.chance(25) ? " HAVING " + draw.pick(KEPT) : "",
            first ? (keys.size() + 1) + (draw.chance(50) ? " DESC, " : ", ") + order : order,
            limit());
  }

  private String sorted() {
    String key =
        draw.of("t", "d", "ts", "s", "k", "m", "u", "b", "iv", "x", "n", "f", "lower(t)", "-s");
    String how = draw.of("", " DESC", " NULLS FIRST", " DESC NULLS LAST");
    return "SELECT id, %s FROM mix%s ORDER BY %s%s, id%s"
        .formatted(key, where(), key, how, limit());
  }

  private String where() {
    return draw.chance(40) ? " WHERE " + draw.pick(CONDITIONS) : "";
  }

  private String limit() {
    return draw.chance(30)
        ? " LIMIT " + draw.between(0, 5) + (draw.chance(40) ? " OFFSET " + draw.between(0, 4) : "")
        : "";
  }

  private List<String> some(List<String> all, int least, int most) {
    List<String> some = new ArrayList<>();
    for (int i = draw.between(least, most); i > 0; i--) {
      String one = draw.pick(all);
      if (!some.contains(one)) {
        some.add(one);
      }
    }
    return some;
  }

  private static String numbers(int count) {
    return count == 1 ? "1" : "1, 2";
  }
}
