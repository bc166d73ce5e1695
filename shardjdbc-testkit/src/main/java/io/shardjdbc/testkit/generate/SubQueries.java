package io.shardjdbc.testkit.generate;

import java.util.List;

/** Writes sub-queries inside expressions; many refer to the queries around them. */
final class SubQueries {

  private SubQueries() {}

  /** A sub-query of one value: an aggregate, or the first row by a unique column. */
  static String scalar(Context context, SqlType type) {
    Dice dice = context.dice();
    Relation table = table(context);
    Context inside = context.inside(List.of(table));
    String from = " FROM " + table.from();
    String where = correlated(inside, context, table);
    if (type == SqlType.INT8 || type == SqlType.INT4) {
      return "(SELECT count(*)%s%s)::%s".formatted(from, where, type.sql());
    }
    if (type.hasMinimum() && dice.chance(50)) {
      String column = Values.column(new Context(context.draft(), List.of(table), 0), type);
      return "(SELECT %s(%s)%s%s)".formatted(dice.pick("min", "max"), column, from, where);
    }
    String column = Values.column(inside, type);
    return "(SELECT %s%s%s ORDER BY %s LIMIT 1)".formatted(column, from, where, unique(table));
  }

  /** EXISTS, IN, ANY or ALL. */
  static String condition(Context context) {
    Dice dice = context.dice();
    Relation table = table(context);
    Context inside = context.inside(List.of(table));
    String from = " FROM " + table.from();
    String where = correlated(inside, context, table);
    if (dice.chance(45)) {
      String list = dice.pick("1", "*", table.alias() + ".id", "NULL");
      return "%sEXISTS (SELECT %s%s%s)".formatted(dice.chance(30) ? "NOT " : "", list, from, where);
    }
    List<Relation> keyed = Relation.keyed(context.scope());
    Relation.ShardKey key = table.key();
    if (key != null && !keyed.isEmpty() && dice.chance(50)) {
      Relation.ShardKey outer = dice.pick(keyed).key();
      if (outer != null && outer.domain() == key.domain()) {
        String not = dice.chance(20) ? " NOT" : "";
        return "%s%s IN (SELECT %s%s%s)"
            .formatted(outer.column().sql(), not, key.column().sql(), from, where);
      }
    }
    SqlType type = dice.pick(List.of(SqlType.INT4, SqlType.TEXT, SqlType.NUMERIC, SqlType.INT8));
    String left = Values.of(new Context(context.draft(), context.scope(), 0), type);
    String column = Values.column(new Context(context.draft(), List.of(table), 0), type);
    String body = "(SELECT " + column + from + where + ")";
    return dice.one(
        () -> left + " IN " + body,
        () -> left + " NOT IN " + body,
        () -> left + dice.pick(" = ", " > ", " <> ") + "ANY " + body,
        () -> left + dice.pick(" >= ", " < ", " <> ") + "ALL " + body,
        () ->
            "(%s, 1) IN (SELECT %s, %s%s%s)"
                .formatted(left, column, Values.column(inside, SqlType.INT4), from, where));
  }

  private static Relation table(Context context) {
    GeneratedTable table = context.dice().pick(context.draft().schema().tables());
    return table.as(context.draft().alias("q"));
  }

  private static String unique(Relation table) {
    Relation.ShardKey key = table.key();
    Relation.Col id = table.id();
    String columns = id == null ? "1" : id.sql();
    return key == null ? columns : columns + ", " + key.column().sql();
  }

  private static String correlated(Context inside, Context outside, Relation table) {
    Dice dice = inside.dice();
    Relation.ShardKey key = table.key();
    String condition = "";
    if (key != null && dice.chance(60)) {
      List<Relation> others =
          Relation.keyed(outside.scope()).stream()
              .filter(r -> r.key() != null && r.key().domain() == key.domain())
              .toList();
      Relation.ShardKey other = others.isEmpty() ? null : dice.pick(others).key();
      condition =
          other != null && dice.chance(75)
              ? key.column().sql() + " = " + other.column().sql()
              : KeyConditions.of(inside, table);
    }
    if (dice.chance(50)) {
      String more =
          DrawnConditions.of(new Context(inside.draft(), inside.scope(), inside.depth() - 1));
      condition = condition.isEmpty() ? more : condition + " AND " + more;
    }
    return condition.isEmpty() ? "" : " WHERE " + condition;
  }
}
