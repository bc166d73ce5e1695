package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.DrawnQuery.Out;
import java.util.ArrayList;
import java.util.List;

/** Writes queries with aggregates: with and without GROUP BY, grouping sets, HAVING. */
final class Groupings {

  private Groupings() {}

  static DrawnQuery of(Context context) {
    Dice dice = context.dice();
    FromClauses.From from = FromClauses.of(context);
    Context inside = context.inside(from.relations());
    // Aggregates over outer columns alone would belong to the outer query.
    Context own = new Context(context.draft(), from.relations(), 0);
    String where = DrawnConditions.where(inside, from.relations());
    List<String> list = new ArrayList<>();
    List<Out> columns = new ArrayList<>();
    List<String> groups = groups(own, from.relations(), list, columns);
    int count = dice.between(1, 3);
    for (int i = 0; i < count; i++) {
      Aggregates.Call call = Aggregates.of(own);
      boolean named = dice.chance(50);
      String alias = "y" + columns.size();
      list.add(call.sql() + (named ? " AS " + alias : ""));
      columns.add(new Out(named ? alias : null, call.type(), null));
    }
    String sql =
        "SELECT %s FROM %s%s%s%s"
            .formatted(
                String.join(", ", list),
                from.text(),
                where,
                groupBy(dice, groups),
                dice.chance(20) ? " HAVING " + having(own) : "");
    List<String> keys = new ArrayList<>(groups);
    keys.add("count(*)");
    return new DrawnQuery(sql, columns, keys);
  }

  private static List<String> groups(
      Context own, List<Relation> relations, List<String> list, List<Out> columns) {
    Dice dice = own.dice();
    List<String> groups = new ArrayList<>();
    int count = dice.pick(List.of(0, 1, 1, 1, 2, 2, 3));
    for (int i = 0; i < count; i++) {
      List<Relation> keyed = Relation.keyed(relations);
      Relation.ShardKey key = keyed.isEmpty() || !dice.chance(35) ? null : dice.pick(keyed).key();
      Relation.Col column = key != null ? key.column() : dice.pick(Relation.columns(relations));
      String expression =
          key == null && dice.chance(20)
              ? Values.of(new Context(own.draft(), own.scope(), 1), SqlType.INT4)
              : column.sql();
      if (expression.indexOf('\u0001') >= 0
          || expression.contains("SELECT")
          || expression.contains("::int4")
          || groups.contains(expression)) {
        // A parameter is another expression each time it is written.
        expression = column.sql();
      }
      groups.add(expression);
      if (dice.chance(85)) {
        boolean named = dice.chance(50);
        String alias = "y" + columns.size();
        boolean same = expression.equals(column.sql());
        list.add(expression + (named ? " AS " + alias : ""));
        columns.add(
            new Out(
                named ? alias : null,
                same ? column.type() : SqlType.INT4,
                same && key != null ? key.domain() : null));
      }
    }
    return groups;
  }

  private static String groupBy(Dice dice, List<String> groups) {
    if (groups.isEmpty()) {
      return "";
    }
    String all = String.join(", ", groups);
    return " GROUP BY "
        + switch (dice.below(12)) {
          case 0 -> "ROLLUP (" + all + ")";
          case 1 -> "CUBE (" + all + ")";
          case 2 -> "GROUPING SETS ((" + all + "), ())";
          case 3 -> "GROUPING SETS (" + all + ", ())";
          default -> all;
        };
  }

  private static String having(Context own) {
    Dice dice = own.dice();
    return dice.one(
        () -> "count(*) > 1",
        () -> "count(*) < 4 OR max(" + Values.column(own, SqlType.INT4) + ") > 2",
        () -> "sum(" + Values.column(own, SqlType.INT4) + ") IS NOT NULL",
        () -> "min(" + Values.column(own, SqlType.TEXT) + ") < 'm'",
        () -> "avg(" + Values.column(own, SqlType.INT4) + ") >= 1.5",
        () -> "bool_or(" + DrawnConditions.simple(own) + ")",
        () -> "false");
  }
}
