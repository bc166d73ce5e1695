package io.shardjdbc.testkit.generate;

import java.util.List;

/** Writes calls of aggregates, and expressions over them. */
final class Aggregates {

  /** An expression and its type. */
  record Call(String sql, SqlType type) {}

  private Aggregates() {}

  /** An expression over aggregates of the rows in scope. */
  static Call of(Context context) {
    Dice dice = context.dice();
    return switch (dice.below(8)) {
      case 0 -> over(context);
      case 1 -> ordered(context);
      default -> plain(context);
    };
  }

  private static Call plain(Context context) {
    Dice dice = context.dice();
    SqlType summed = summable(context);
    SqlType least = minimum(context);
    return switch (dice.below(9)) {
      case 0, 1 -> new Call("count(*)" + filter(context), SqlType.INT8);
      case 2 -> {
        SqlType any = anyType(context);
        String what = dice.pick("count(", "count(", "count(DISTINCT ");
        yield new Call(what + Values.column(context, any) + ")" + filter(context), SqlType.INT8);
      }
      case 3, 4 -> {
        String distinct = dice.chance(15) ? "DISTINCT " : "";
        String sum = "sum(" + distinct + Values.column(context, summed) + ")" + filter(context);
        boolean small = summed == SqlType.INT4 || summed == SqlType.INT2;
        yield small ? new Call(sum, SqlType.INT8) : new Call(trimmed(dice, sum), SqlType.NUMERIC);
      }
      case 5 ->
          new Call(
              trimmed(dice, "avg(" + Values.column(context, summed) + ")" + filter(context)),
              SqlType.NUMERIC);
      case 6 ->
          new Call(
              dice.pick("bool_and", "bool_or", "every")
                  + "("
                  + DrawnConditions.simple(context)
                  + ")"
                  + filter(context),
              SqlType.BOOL);
      default ->
          new Call(
              dice.pick("min", "max") + "(" + Values.column(context, least) + ")" + filter(context),
              least == SqlType.VARCHAR ? SqlType.TEXT : least);
    };
  }

  private static Call over(Context context) {
    Dice dice = context.dice();
    String column = Values.column(context, summable(context));
    return dice.one(
        () ->
            new Call(
                trimmed(dice, "sum(" + column + ")::numeric / nullif(count(*), 0)"),
                SqlType.NUMERIC),
        () -> new Call("round(coalesce(sum(" + column + "), 0), 2)", SqlType.NUMERIC),
        () -> new Call(trimmed(dice, "round(avg(" + column + "), 2)"), SqlType.NUMERIC),
        () -> new Call("count(*) + 1", SqlType.INT8),
        () -> new Call("(count(*) > 2)", SqlType.BOOL),
        () -> new Call("max(" + column + ")::text", SqlType.TEXT),
        () -> new Call("CASE WHEN count(*) > 1 THEN 'many' ELSE 'few' END", SqlType.TEXT),
        () -> new Call("count(*) - count(" + column + ")", SqlType.INT8));
  }

  private static Call ordered(Context context) {
    Dice dice = context.dice();
    String number = Values.column(context, SqlType.INT4);
    String text = Values.column(context, SqlType.TEXT);
    return dice.one(
        () -> new Call("array_agg(%s ORDER BY %s)".formatted(number, number), SqlType.INT_ARRAY),
        () ->
            new Call(
                "array_agg(%s ORDER BY %s DESC NULLS LAST)%s"
                    .formatted(text, text, filter(context)),
                SqlType.TEXT_ARRAY),
        () -> new Call("string_agg(%s, ',' ORDER BY %s)".formatted(text, text), SqlType.TEXT),
        () -> new Call("string_agg(DISTINCT %s, '|')".formatted(text), SqlType.TEXT),
        () -> new Call("jsonb_agg(%s ORDER BY %s)".formatted(number, number), SqlType.JSONB),
        () ->
            new Call("percentile_cont(0.5) WITHIN GROUP (ORDER BY " + number + ")", SqlType.FLOAT8),
        () -> new Call("percentile_disc(0.25) WITHIN GROUP (ORDER BY " + text + ")", SqlType.TEXT),
        () -> new Call("mode() WITHIN GROUP (ORDER BY " + number + ")", SqlType.INT4),
        () -> new Call("bit_or(" + number + ")", SqlType.INT4),
        () -> new Call(trimmed(dice, "stddev_pop(" + number + ")"), SqlType.NUMERIC));
  }

  static String filter(Context context) {
    return context.dice().chance(12)
        ? " FILTER (WHERE " + DrawnConditions.simple(context) + ")"
        : "";
  }

  /** Sometimes without zeros at the end; a scale that differs is seen in the other cases. */
  private static String trimmed(Dice dice, String numeric) {
    return dice.chance(30) ? "trim_scale(" + numeric + ")" : numeric;
  }

  private static SqlType summable(Context context) {
    List<SqlType> types = types(context).stream().filter(SqlType::isSummable).toList();
    return types.isEmpty() ? SqlType.INT4 : context.dice().pick(types);
  }

  private static SqlType minimum(Context context) {
    List<SqlType> types = types(context).stream().filter(SqlType::hasMinimum).toList();
    return types.isEmpty() ? SqlType.INT4 : context.dice().pick(types);
  }

  private static SqlType anyType(Context context) {
    List<SqlType> types = types(context);
    return types.isEmpty() ? SqlType.INT4 : context.dice().pick(types);
  }

  private static List<SqlType> types(Context context) {
    return Relation.columns(context.scope()).stream().map(Relation.Col::type).toList();
  }
}
