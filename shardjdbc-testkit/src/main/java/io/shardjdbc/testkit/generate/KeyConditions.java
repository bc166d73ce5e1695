package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.Relation.ShardKey;
import java.util.List;
import java.util.Objects;

/**
 * Writes conditions on a shard key: all the ways to pin one, and what looks like pinning and is
 * not.
 *
 * <p>A mistake in any of them sends a statement to a shard that does not have its rows.
 */
final class KeyConditions {

  private KeyConditions() {}

  /** A condition on the key of a relation that has one. */
  static String of(Context context, Relation relation) {
    ShardKey key = Objects.requireNonNull(relation.key());
    Dice dice = context.dice();
    String column = key.column().sql();
    return switch (dice.below(12)) {
      case 0, 1, 2 -> column + " = " + DrawnKeys.of(context, key.domain());
      case 3 -> DrawnKeys.of(context, key.domain()) + " = " + column;
      case 4, 5 -> inList(context, key);
      case 6 -> anyArray(context, key);
      case 7 -> either(context, key);
      case 8 -> range(context, key);
      case 9 -> row(context, key);
      case 10 -> wrapped(context, key);
      default -> odd(context, key);
    };
  }

  private static String inList(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    List<String> values =
        dice.some(List.of(1, 2, 3, 4), dice.between(1, 4)).stream()
            .map(i -> dice.chance(8) ? "NULL" : DrawnKeys.of(context, key.domain()))
            .toList();
    String list = String.join(", ", values);
    return dice.one(
        () -> column + " IN (" + list + ")",
        () -> column + " IN (" + list + ")",
        () -> column + " NOT IN (" + list + ")",
        () ->
            "%s IN (VALUES (%s), (%s))".formatted(column, typed(context, key), typed(context, key)),
        () -> "%s IN (SELECT %s)".formatted(column, typed(context, key)),
        () -> "(%s IN (%s)) IS TRUE".formatted(column, list));
  }

  private static String anyArray(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    String type = key.domain().type().sql();
    String operator = dice.pick(" = ANY (", " = SOME (", " = ANY (", " = ALL (", " <> ALL (");
    String array =
        dice.one(
            () -> "ARRAY[%s, %s]".formatted(typed(context, key), typed(context, key)),
            () -> DrawnKeys.array(context, key.domain()),
            () -> DrawnKeys.array(context, key.domain()),
            () -> "ARRAY[%s]::%s[]".formatted(DrawnKeys.of(context, key.domain()), type),
            () -> "ARRAY(SELECT " + typed(context, key) + ")",
            () -> "NULL::" + type + "[]");
    return column + operator + array + ")";
  }

  private static String either(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    String one = column + " = " + DrawnKeys.of(context, key.domain());
    String other = column + " = " + DrawnKeys.of(context, key.domain());
    return dice.one(
        () -> "(%s OR %s)".formatted(one, other),
        () -> "(%s OR %s)".formatted(one, DrawnConditions.simple(context)),
        () -> "(%s AND %s)".formatted(one, other),
        () -> "((%s AND %s) OR %s)".formatted(one, DrawnConditions.simple(context), other),
        () -> "((%s OR %s) AND %s)".formatted(one, other, DrawnConditions.simple(context)),
        () -> "NOT (%s AND NOT %s)".formatted(other, one),
        () -> "NOT (NOT (%s))".formatted(one));
  }

  private static String range(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    String low = DrawnKeys.of(context, key.domain());
    String high = DrawnKeys.of(context, key.domain());
    return dice.one(
        () -> "%s BETWEEN %s AND %s".formatted(column, low, high),
        () -> "%s BETWEEN %s AND %s".formatted(column, low, low),
        () -> "%s BETWEEN SYMMETRIC %s AND %s".formatted(column, low, high),
        () -> "%s NOT BETWEEN %s AND %s".formatted(column, low, high),
        () -> "%s >= %s AND %s < %s".formatted(column, low, column, high),
        () -> "%s > %s AND %s <= %s".formatted(column, low, column, high),
        () -> "%s >= %s AND %s <= %s".formatted(column, low, column, low));
  }

  private static String row(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    String other = Values.column(context, SqlType.INT4);
    String value = DrawnKeys.of(context, key.domain());
    String number = SqlType.INT4.literal(dice);
    return dice.one(
        () -> "(%s, %s) = (%s, %s)".formatted(column, other, value, number),
        () -> "ROW(%s, %s) = ROW(%s, %s)".formatted(other, column, number, value),
        () -> "(%s, %s) >= (%s, %s)".formatted(column, other, value, number),
        () ->
            "(%s, %s) IN ((%s, %s), (%s, 1))"
                .formatted(column, other, value, number, DrawnKeys.of(context, key.domain())),
        () -> "(%s, %s) <> (%s, %s)".formatted(column, other, value, number),
        () -> "(%s, 1) = (SELECT %s, 1)".formatted(column, typed(context, key)));
  }

  private static String wrapped(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    String one = column + " = " + DrawnKeys.of(context, key.domain());
    return dice.one(
        () -> "(" + one + ") IS TRUE",
        () -> "(" + one + ") IS NOT FALSE",
        () -> "(" + one + ") = true",
        () -> "(" + one + ") IS NOT TRUE",
        () -> "coalesce(" + one + ", false)",
        () -> "CASE WHEN " + one + " THEN true ELSE " + DrawnConditions.simple(context) + " END",
        () -> "CASE WHEN " + DrawnConditions.simple(context) + " THEN " + one + " END",
        () -> "(SELECT " + one + ")",
        () -> one + " IS NOT NULL");
  }

  private static String odd(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    String value = DrawnKeys.of(context, key.domain());
    return dice.one(
        () -> column + " <> " + value,
        () -> "NOT " + column + " = " + value,
        () -> column + " IS NULL",
        () -> column + " IS NOT NULL",
        () -> column + " = NULL",
        () -> column + " IS NOT DISTINCT FROM " + value,
        () -> column + " IS DISTINCT FROM " + value,
        () -> column + "::text = " + typed(context, key) + "::text",
        () -> column + " = (SELECT " + typed(context, key) + ")",
        () -> column + " = coalesce(NULL, " + typed(context, key) + ")",
        () -> DrawnKeys.almost(context, key));
  }

  private static String typed(Context context, ShardKey key) {
    return DrawnKeys.typed(context, key.domain());
  }
}
