package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.DrawnQuery.Out;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes queries with common table expressions, some of them recursive. */
final class WithQueries {

  private WithQueries() {}

  static DrawnQuery of(Context context) {
    Dice dice = context.dice();
    return dice.chance(25) ? recursive(context) : plain(context);
  }

  private static DrawnQuery plain(Context context) {
    Dice dice = context.dice();
    DrawnQuery query = Queries.of(context.deeper());
    String name = context.draft().alias("w");
    String materialized = dice.pick("", "", "", "MATERIALIZED ", "NOT MATERIALIZED ");
    String with = "WITH %s%s AS %s(%s) ".formatted(name, query.names(), materialized, query.sql());
    Relation one = query.as(context.draft().alias("v"), "", true);
    Relation first =
        new Relation(one.alias(), name + " AS " + one.alias(), one.columns(), one.key(), null);
    List<Relation> relations = new ArrayList<>(List.of(first));
    String from = first.from();
    if (dice.chance(50)) {
      Relation table;
      if (dice.chance(50)) {
        Relation again = query.as(context.draft().alias("v"), "", true);
        table =
            new Relation(
                again.alias(), name + " AS " + again.alias(), again.columns(), again.key(), null);
      } else {
        table = FromClauses.table(context);
      }
      relations.add(table);
      from += dice.pick(" JOIN ", " LEFT JOIN ") + table.from() + " ON " + link(dice, first, table);
    }
    Context inside = context.inside(relations).deeper();
    Relation.Col shown = dice.pick(first.columns());
    if (dice.chance(40)) {
      return new DrawnQuery(
          with + "SELECT count(*) AS y0 FROM " + from + DrawnConditions.where(inside, relations),
          List.of(new Out("y0", SqlType.INT8, null)),
          List.of());
    }
    return new DrawnQuery(
        with
            + "SELECT %s AS y0 FROM %s%s"
                .formatted(shown.sql(), from, DrawnConditions.where(inside, relations)),
        List.of(new Out("y0", shown.type(), null)),
        Relation.columns(relations).stream().map(Relation.Col::sql).toList());
  }

  private static String link(Dice dice, Relation left, Relation right) {
    Relation.ShardKey one = left.key();
    Relation.ShardKey other = right.key();
    if (one != null && other != null && one.domain() == other.domain() && dice.chance(80)) {
      return one.column().sql() + " = " + other.column().sql();
    }
    for (Relation.Col column : right.columns()) {
      List<Relation.Col> partners = Relation.columns(List.of(left), column.type());
      if (!partners.isEmpty()) {
        return dice.pick(partners).sql() + " = " + column.sql();
      }
    }
    return "true";
  }

  /** Follows links from key to key, or counts. */
  private static DrawnQuery recursive(Context context) {
    Dice dice = context.dice();
    String name = context.draft().alias("w");
    Relation start = context.draft().schema().tables().get(0).as(context.draft().alias("t"));
    Relation next = context.draft().schema().tables().get(1).as(context.draft().alias("t"));
    Relation.ShardKey key = Objects.requireNonNull(start.key());
    Relation.ShardKey other = Objects.requireNonNull(next.key());
    String where = DrawnConditions.where(context.inside(List.of(start)).deeper(), List.of(start));
    String linked = next.columns().get(2).sql();
    String step =
        dice.one(
            () -> other.column().sql() + " = " + name + ".x0", () -> linked + " = " + name + ".x0");
    String union = dice.pick("UNION", "UNION ALL");
    String sql =
        ("WITH RECURSIVE %s(x0, x1) AS (SELECT %s, 1 FROM %s%s %s"
                + " SELECT %s, %s.x1 + 1 FROM %s JOIN %s ON %s WHERE %s.x1 < 3)"
                + " SELECT x0, x1, count(*) FROM %s GROUP BY x0, x1")
            .formatted(
                name,
                key.column().sql(),
                start.from(),
                where,
                union,
                linked,
                name,
                name,
                next.from(),
                step,
                name,
                name);
    return new DrawnQuery(
        sql,
        List.of(
            new Out("x0", key.domain().type(), null),
            new Out("x1", SqlType.INT4, null),
            new Out(null, SqlType.INT8, null)),
        List.of("x0", "x1"));
  }
}
