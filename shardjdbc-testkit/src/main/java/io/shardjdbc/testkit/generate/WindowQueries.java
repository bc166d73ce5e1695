package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.DrawnQuery.Out;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes queries with window functions, each over an order that determines its result. */
final class WindowQueries {

  private WindowQueries() {}

  static DrawnQuery of(Context context) {
    Dice dice = context.dice();
    Relation table = FromClauses.table(context);
    List<Relation> own = List.of(table);
    Context inside = context.inside(own);
    Context flat = new Context(context.draft(), own, 0);
    List<String> list = new ArrayList<>();
    List<Out> columns = new ArrayList<>();
    Relation.Col shown = dice.pick(table.columns());
    list.add(shown.sql() + " AS y0");
    columns.add(new Out("y0", shown.type(), null));
    int count = dice.between(1, 2);
    for (int i = 1; i <= count; i++) {
      Aggregates.Call call = call(flat, table);
      list.add(call.sql() + " AS y" + i);
      columns.add(new Out("y" + i, call.type(), null));
    }
    String named =
        dice.chance(20)
            ? " WINDOW w AS (PARTITION BY " + dice.pick(table.columns()).sql() + ")"
            : "";
    if (!named.isEmpty()) {
      list.add("count(*) OVER w AS y" + (count + 1));
      columns.add(new Out("y" + (count + 1), SqlType.INT8, null));
    }
    return new DrawnQuery(
        "SELECT %s FROM %s%s%s"
            .formatted(
                String.join(", ", list), table.from(), DrawnConditions.where(inside, own), named),
        columns,
        table.columns().stream().map(Relation.Col::sql).toList());
  }

  private static Aggregates.Call call(Context context, Relation table) {
    Dice dice = context.dice();
    String partition =
        dice.chance(60) ? "PARTITION BY " + dice.pick(partitions(dice, table)).sql() + " " : "";
    Relation.Col sorted = dice.pick(table.columns());
    String direction = dice.pick("", " DESC", " NULLS FIRST");
    String ties = "(" + partition + "ORDER BY " + sorted.sql() + direction + ")";
    String total =
        "(%sORDER BY %s%s, %s".formatted(partition, sorted.sql(), direction, unique(table));
    String number = Values.column(context, SqlType.INT4);
    String text = Values.column(context, SqlType.TEXT);
    return dice.one(
        () -> new Aggregates.Call("row_number() OVER " + total + ")", SqlType.INT8),
        () -> new Aggregates.Call("rank() OVER " + ties, SqlType.INT8),
        () -> new Aggregates.Call("dense_rank() OVER " + ties, SqlType.INT8),
        () -> new Aggregates.Call("count(*) OVER " + ties, SqlType.INT8),
        () -> new Aggregates.Call("sum(" + number + ") OVER " + ties, SqlType.INT8),
        () -> new Aggregates.Call("sum(" + number + ") OVER (" + partition + ")", SqlType.INT8),
        () -> new Aggregates.Call("lag(" + text + ") OVER " + total + ")", SqlType.TEXT),
        () -> new Aggregates.Call("lead(" + number + ", 2, 0) OVER " + total + ")", SqlType.INT4),
        () -> new Aggregates.Call("first_value(" + text + ") OVER " + total + ")", SqlType.TEXT),
        () -> new Aggregates.Call("ntile(3) OVER " + total + ")", SqlType.INT4),
        () ->
            new Aggregates.Call(
                "sum(" + number + ") OVER " + total + " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
                SqlType.INT8),
        () ->
            new Aggregates.Call(
                "count(*) OVER "
                    + total
                    + dice.pick(
                        " GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)",
                        " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW)",
                        " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"),
                SqlType.INT8),
        () ->
            new Aggregates.Call(
                "sum(%s) OVER (%sORDER BY %s RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING%s)"
                    .formatted(number, partition, number, dice.pick("", " EXCLUDE TIES")),
                SqlType.INT8),
        () ->
            new Aggregates.Call(
                "count(*) FILTER (WHERE " + number + " > 1) OVER " + ties, SqlType.INT8),
        () -> new Aggregates.Call("max(" + text + ") OVER " + ties, SqlType.TEXT));
  }

  private static List<Relation.Col> partitions(Dice dice, Relation table) {
    Relation.ShardKey key = table.key();
    return key != null && dice.chance(40) ? List.of(key.column()) : table.columns();
  }

  private static String unique(Relation table) {
    Relation.ShardKey key = table.key();
    String id = Objects.requireNonNull(table.id()).sql();
    return key == null ? id : id + ", " + key.column().sql();
  }
}
