package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.twin.Parameter;
import java.util.List;

/** Writes scalar expressions of a wanted type. */
final class Values {

  private Values() {}

  /** An expression of that type. */
  static String of(Context context, SqlType type) {
    Dice dice = context.dice();
    List<Relation.Col> columns = Relation.columns(context.scope(), type);
    if (context.depth() > 0 && dice.chance(25)) {
      return computed(context.deeper(), type);
    }
    if (!columns.isEmpty() && dice.chance(75)) {
      return dice.pick(columns).sql();
    }
    return constant(context, type);
  }

  /** A column of that type, or a constant where there is none. */
  static String column(Context context, SqlType type) {
    List<Relation.Col> columns = Relation.columns(context.scope(), type);
    return columns.isEmpty() ? constant(context, type) : context.dice().pick(columns).sql();
  }

  /** A literal or a parameter. */
  static String constant(Context context, SqlType type) {
    Dice dice = context.dice();
    if (context.draft().isPlain() || dice.chance(60)) {
      return dice.chance(7) ? "NULL::" + type.sql() : type.literal(dice);
    }
    return parameter(context, type);
  }

  private static String parameter(Context context, SqlType type) {
    Dice dice = context.dice();
    String text = type.value(dice);
    String bare =
        text.startsWith("'") ? text.substring(1, text.length() - 1).replace("''", "'") : text;
    Draft draft = context.draft();
    if (type == SqlType.INT4 && dice.chance(60)) {
      return draft.parameter(Parameter.of(Integer.valueOf(bare))) + "::int4";
    } else if (type == SqlType.INT8 && dice.chance(60)) {
      return draft.parameter(Parameter.of(Long.valueOf(bare))) + "::int8";
    } else if (type.isText() && dice.chance(70)) {
      return draft.parameter(Parameter.of(bare)) + "::" + type.sql();
    }
    return draft.parameter(
            dice.chance(10) ? Parameter.ofNull(java.sql.Types.VARCHAR) : Parameter.of(bare))
        + "::"
        + type.sql();
  }

  private static String computed(Context context, SqlType type) {
    Dice dice = context.dice();
    return switch (dice.below(6)) {
      case 0 ->
          "CASE WHEN %s THEN %s ELSE %s END"
              .formatted(DrawnConditions.simple(context), of(context, type), of(context, type));
      case 1 -> "coalesce(%s, %s)".formatted(of(context, type), constant(context, type));
      case 2 -> "nullif(%s, %s)".formatted(column(context, type), constant(context, type));
      case 3 -> SubQueries.scalar(context, type);
      default -> function(context, type);
    };
  }

  private static String function(Context context, SqlType type) {
    Dice dice = context.dice();
    return switch (type) {
      case INT2, INT8 -> "(%s / 2)::%s".formatted(of(context, type), type.sql());
      case INT4 ->
          dice.one(
              () -> "length(" + of(context, SqlType.TEXT) + ")",
              () -> "(" + of(context, SqlType.INT4) + " % 3)",
              () -> "cardinality(" + of(context, SqlType.INT_ARRAY) + ")",
              () -> "(" + of(context, SqlType.INT4) + " & 6)",
              () -> "extract(isodow FROM " + of(context, SqlType.TIMESTAMP) + ")::int4",
              () -> "width_bucket(" + of(context, SqlType.INT4) + ", array[0, 2, 5])");
      case NUMERIC ->
          "trim_scale(%s)"
              .formatted(
                  dice.one(
                      () -> of(context, SqlType.NUMERIC) + " + 1",
                      () -> of(context, SqlType.INT4) + " * 2.5",
                      () -> of(context, SqlType.INT4) + " / 3.0",
                      () -> "round(" + of(context, SqlType.NUMERIC) + ", 1)",
                      () -> of(context, SqlType.PRICE)));
      case TEXT ->
          dice.one(
              () -> "upper(" + of(context, SqlType.TEXT) + ")",
              () -> "lower(" + of(context, SqlType.VARCHAR) + ")",
              () -> "(" + of(context, SqlType.TEXT) + " || " + of(context, SqlType.VARCHAR) + ")",
              () -> "substring(" + of(context, SqlType.TEXT) + " FROM 1 FOR 2)",
              () -> "left(" + of(context, SqlType.TEXT) + ", 1)",
              () -> of(context, SqlType.INT4) + "::text",
              () -> of(context, SqlType.DATE) + "::text",
              () -> "concat_ws('-', %s, %s)".formatted(any(context), any(context)),
              () -> "(" + of(context, SqlType.JSONB) + " ->> 'a')");
      case VARCHAR -> of(context, SqlType.TEXT) + "::varchar(20)";
      case BOOL -> "(" + DrawnConditions.simple(context) + ")";
      case DATE -> "date_trunc('month', " + of(context, SqlType.TIMESTAMP) + ")::date";
      case TIMESTAMP -> "(" + of(context, SqlType.TIMESTAMP) + " + interval '1 day')";
      case TIMESTAMPTZ -> "(" + of(context, SqlType.TIMESTAMPTZ) + " - interval '90 minutes')";
      case JSONB -> "jsonb_build_object('x', " + of(context, SqlType.INT4) + ")";
      case INT_ARRAY -> "array[" + of(context, SqlType.INT4) + ", 1]";
      case TEXT_ARRAY -> "array[" + of(context, SqlType.TEXT) + "]";
      case INT_RANGE ->
          dice.one(
              () -> "(" + of(context, type) + " * '[0,3)'::int4range)",
              () -> column(context, type));
      case LABEL -> of(context, SqlType.TEXT) + "::label";
      case PAIR -> "row(" + of(context, SqlType.INT4) + ", 'a')::pair";
      case PRICE, FLOAT8, FLOAT4, CHAR, TIME, INTERVAL, UUID, MOOD, BYTEA, INET, BITS ->
          column(context, type);
    };
  }

  private static String any(Context context) {
    List<Relation.Col> columns = Relation.columns(context.scope());
    return columns.isEmpty() ? "'x'" : context.dice().pick(columns).sql();
  }
}
