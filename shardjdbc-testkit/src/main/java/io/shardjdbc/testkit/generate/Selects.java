package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.DrawnQuery.Out;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes a SELECT without aggregates: FROM, WHERE, a list, and perhaps DISTINCT. */
final class Selects {

  private Selects() {}

  /** A SELECT of columns and expressions. */
  static DrawnQuery of(Context context) {
    Dice dice = context.dice();
    FromClauses.From from = FromClauses.of(context);
    Context inside = context.inside(from.relations());
    String where = DrawnConditions.where(inside, from.relations());
    List<String> list = new ArrayList<>();
    List<Out> columns = new ArrayList<>();
    int count = dice.between(1, 4);
    for (int i = 0; i < count; i++) {
      item(context, inside, from.relations(), list, columns);
    }
    boolean distinct = dice.chance(15);
    return new DrawnQuery(
        "SELECT %s%s FROM %s%s"
            .formatted(distinct ? "DISTINCT " : "", String.join(", ", list), from.text(), where),
        columns,
        distinct
            ? List.of()
            : Relation.columns(from.relations()).stream().map(Relation.Col::sql).toList());
  }

  /** A SELECT of columns of these types, for a set operation. */
  static DrawnQuery of(Context context, List<SqlType> types) {
    FromClauses.From from = FromClauses.of(context);
    Context inside = context.inside(from.relations());
    String where = DrawnConditions.where(inside, from.relations());
    List<String> list = new ArrayList<>();
    List<Out> columns = new ArrayList<>();
    for (SqlType type : types) {
      String value = Values.of(new Context(inside.draft(), from.relations(), 0), type);
      list.add(type == SqlType.NUMERIC ? "trim_scale(" + value + ")" : value);
      columns.add(new Out(null, type, null));
    }
    return new DrawnQuery(
        "SELECT %s FROM %s%s".formatted(String.join(", ", list), from.text(), where),
        columns,
        List.of());
  }

  /** SELECT DISTINCT ON, sorted so that the rows it takes are determined. */
  static DrawnQuery distinctOn(Context context) {
    Dice dice = context.dice();
    Relation table = FromClauses.table(context);
    Context inside = context.inside(List.of(table));
    Relation.Col on = dice.pick(table.columns());
    String unique = Objects.requireNonNull(table.id()).sql();
    Relation.ShardKey key = table.key();
    String rest = key == null ? unique : unique + ", " + key.column().sql();
    Relation.Col shown = dice.pick(table.columns());
    return new DrawnQuery(
        "SELECT DISTINCT ON (%s) %s AS y0, %s AS y1 FROM %s%s ORDER BY %s%s, %s"
            .formatted(
                on.sql(),
                on.sql(),
                shown.sql(),
                table.from(),
                DrawnConditions.where(inside, List.of(table)),
                on.sql(),
                dice.pick("", " DESC", " NULLS FIRST"),
                rest),
        List.of(new Out("y0", on.type(), null), new Out("y1", shown.type(), null)),
        List.of());
  }

  private static void item(
      Context outside,
      Context inside,
      List<Relation> relations,
      List<String> list,
      List<Out> columns) {
    Dice dice = inside.dice();
    String alias = "y" + columns.size();
    boolean named = dice.chance(60);
    List<Relation> keyed = Relation.keyed(relations);
    if (!keyed.isEmpty() && dice.chance(30)) {
      Relation.ShardKey key = Objects.requireNonNull(dice.pick(keyed).key());
      list.add(key.column().sql() + (named ? " AS " + alias : ""));
      columns.add(new Out(named ? alias : null, key.domain().type(), key.domain()));
      return;
    }
    List<Relation.Col> all = Relation.columns(relations);
    SqlType type = dice.pick(all).type();
    String value =
        dice.chance(55) ? Values.column(outside.inside(relations), type) : Values.of(inside, type);
    list.add(value + (named ? " AS " + alias : ""));
    columns.add(new Out(named ? alias : null, type, null));
  }
}
