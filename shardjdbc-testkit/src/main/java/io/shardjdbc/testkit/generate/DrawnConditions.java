package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.twin.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes conditions, for WHERE, ON, HAVING, FILTER and CASE. */
final class DrawnConditions {

  private DrawnConditions() {}

  /** A condition, with sub-queries where the depth allows them. */
  static String of(Context context) {
    Dice dice = context.dice();
    if (context.depth() > 0) {
      int form = dice.below(9);
      if (form < 2) {
        String operator = form == 0 ? "OR" : "AND";
        return "(%s %s %s)".formatted(of(context.deeper()), operator, of(context.deeper()));
      } else if (form == 2) {
        return "NOT (" + of(context.deeper()) + ")";
      } else if (form < 5) {
        return SubQueries.condition(context);
      }
    }
    List<Relation> keyed = Relation.keyed(context.scope());
    return !keyed.isEmpty() && dice.chance(20)
        ? KeyConditions.of(context, dice.pick(keyed))
        : simple(context);
  }

  /** WHERE, or nothing: conditions joined by AND, of which some pin keys. */
  static String where(Context context, List<Relation> own) {
    Dice dice = context.dice();
    List<String> conditions = new ArrayList<>();
    List<Relation> keyed = Relation.keyed(own);
    for (Relation relation : keyed) {
      if (dice.chance(40)) {
        conditions.add(KeyConditions.of(context, relation));
      }
    }
    int more = dice.pick(List.of(0, 0, 1, 1, 2));
    for (int i = 0; i < more; i++) {
      conditions.add(of(context));
    }
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  /** A condition without sub-queries. */
  static String simple(Context context) {
    Dice dice = context.dice();
    List<Relation.Col> columns = Relation.columns(context.scope());
    SqlType type =
        columns.isEmpty() ? dice.pick(Arrays.asList(SqlType.values())) : dice.pick(columns).type();
    Context flat = new Context(context.draft(), context.scope(), Math.min(context.depth(), 1) - 1);
    String left = Values.of(flat, type);
    return dice.one(
        () -> compare(flat, left, type),
        () -> compare(flat, left, type),
        () -> left + (dice.chance(50) ? " IS NULL" : " IS NOT NULL"),
        () -> "%s IN (%s, %s)".formatted(left, Values.constant(flat, type), element(flat, type)),
        () -> "%s NOT IN (%s)".formatted(left, Values.constant(flat, type)),
        () ->
            "%s %sBETWEEN %s AND %s"
                .formatted(
                    left,
                    dice.chance(25) ? "NOT " : "",
                    Values.constant(flat, type),
                    Values.constant(flat, type)),
        () -> "%s IS DISTINCT FROM %s".formatted(left, Values.of(flat, type)),
        () -> anyOf(flat, left, type),
        () -> text(flat),
        () -> special(flat),
        () ->
            "(%s, %s) %s (%s, %s)"
                .formatted(
                    left,
                    Values.of(flat, SqlType.INT4),
                    dice.pick("=", "<", ">=", "<>"),
                    Values.constant(flat, type),
                    Values.constant(flat, SqlType.INT4)));
  }

  private static String anyOf(Context context, String left, SqlType type) {
    if (type == SqlType.INT_ARRAY || type == SqlType.TEXT_ARRAY) {
      return left + " <> " + type.literal(context.dice());
    }
    return "%s %s ANY (ARRAY[%s, %s])"
        .formatted(
            left,
            context.dice().pick("=", "<", ">="),
            type.literal(context.dice()),
            Values.of(context.alone(), type));
  }

  private static String compare(Context context, String left, SqlType type) {
    String operator = context.dice().pick("=", "<", ">", "<=", ">=", "<>");
    return left + " " + operator + " " + Values.of(context, type);
  }

  private static String element(Context context, SqlType type) {
    return context.dice().chance(15) ? "NULL" : Values.constant(context, type);
  }

  private static String text(Context context) {
    Dice dice = context.dice();
    String left = Values.column(context, dice.chance(70) ? SqlType.TEXT : SqlType.VARCHAR);
    return dice.one(
        () -> left + dice.pick(" LIKE 'a%'", " ILIKE '%b'", " LIKE '%''%'", " NOT LIKE '_'"),
        () -> left + dice.pick(" ~ '^[a-z]'", " ~* 'z'", " SIMILAR TO '%(a|b)%'"),
        () -> left + dice.pick(" < ", " >= ") + "'b' COLLATE \"C\"",
        () -> "starts_with(" + left + ", 'a')",
        () ->
            context.draft().isPlain()
                ? left + " > 'B'"
                : left + " = " + context.draft().parameter(Parameter.of("a")));
  }

  private static String special(Context context) {
    Dice dice = context.dice();
    return dice.one(
        () -> Values.column(context, SqlType.JSONB) + " @> '{\"a\": 1}'",
        () -> Values.column(context, SqlType.INT_ARRAY) + " && array[1, 3]",
        () -> "1 = ANY (" + Values.column(context, SqlType.INT_ARRAY) + ")",
        () -> Values.column(context, SqlType.BOOL),
        () -> Values.column(context, SqlType.BOOL) + dice.pick(" IS TRUE", " IS NOT FALSE"),
        () -> Values.column(context, SqlType.BOOL) + " IS UNKNOWN",
        () -> dice.pick("true", "false", "NULL::bool", "1 = 1", "1 = 2"),
        () -> Values.column(context, SqlType.MOOD) + " > 'sad'");
  }
}
