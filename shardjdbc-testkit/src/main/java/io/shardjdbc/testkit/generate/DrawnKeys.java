package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.Relation.ShardKey;
import io.shardjdbc.testkit.twin.Parameter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/** Writes values of shard keys: every literal and every setter that means one. */
final class DrawnKeys {

  private DrawnKeys() {}

  /** A value to compare a key with. */
  static String of(Context context, KeyDomain domain) {
    Dice dice = context.dice();
    String text = domain.value(dice);
    boolean parameter = !context.draft().isPlain() && dice.chance(60);
    if (domain.type().isInteger()) {
      return parameter ? integerParameter(context, text) : integerLiteral(dice, text, domain);
    } else if (domain == KeyDomain.UUID_KEY) {
      return parameter ? uuidParameter(context, text) : uuidLiteral(dice, text);
    }
    return parameter ? textParameter(context, text) : textLiteral(dice, text);
  }

  /** A value whose type is the column's wherever it stands. */
  static String typed(Context context, KeyDomain domain) {
    String type = domain.type().sql();
    if (!context.draft().isPlain() && context.dice().chance(50)) {
      return context.draft().parameter(Parameter.of(domain.value(context.dice()))) + "::" + type;
    }
    return domain.literal(context.dice()) + "::" + type;
  }

  /** An array of values. */
  static String array(Context context, KeyDomain domain) {
    Dice dice = context.dice();
    List<String> values =
        dice.some(List.of(1, 2, 3, 4, 5), dice.below(4)).stream()
            .map(i -> domain.value(dice))
            .toList();
    String type = domain.type() == SqlType.VARCHAR ? "varchar" : domain.type().sql();
    String text =
        values.stream()
            .map(v -> "\"" + v.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
            .collect(Collectors.joining(",", "{", "}"));
    if (context.draft().isPlain()) {
      return "'" + text.replace("'", "''") + "'";
    } else if (dice.chance(30)) {
      return context.draft().parameter(Parameter.of(text)) + "::" + type + "[]";
    }
    Object[] elements = values.stream().map(v -> element(domain, v)).toArray();
    return context.draft().parameter(Parameter.array(type, elements));
  }

  private static Object element(KeyDomain domain, String value) {
    if (domain.type().isInteger()) {
      return Long.valueOf(value);
    }
    return domain == KeyDomain.UUID_KEY ? UUID.fromString(value) : value;
  }

  private static String integerLiteral(Dice dice, String text, KeyDomain domain) {
    String type = domain.type().sql();
    return dice.one(
        () -> text,
        () -> text,
        () -> "'" + text + "'",
        () -> "' " + text + " '",
        () -> text + "::int8",
        () -> "CAST(" + text + " AS " + type + ")",
        () -> "CAST('" + text + "' AS " + type + ")",
        () -> type + " '" + text + "'",
        () -> "(" + text + ")",
        () -> text.startsWith("-") ? "- " + text.substring(1) : "+" + text,
        () -> text + ".0",
        () -> text + ".5",
        () -> text + "::numeric",
        () -> text + "::float8",
        () -> "(" + text + " + 0)",
        () -> "99999999999999999999",
        () -> "4294967297",
        () -> "abs(" + text + ")",
        () -> "1e0",
        () -> "0x0A",
        () -> "1_0");
  }

  private static String integerParameter(Context context, String text) {
    Draft draft = context.draft();
    long value = Long.parseLong(text);
    return context
        .dice()
        .one(
            () -> draft.parameter(Parameter.of(value)),
            () -> draft.parameter(Parameter.of(value)),
            () -> draft.parameter(Parameter.of((int) value)),
            () -> draft.parameter(Parameter.of((short) value)),
            () -> draft.parameter(Parameter.object(value)),
            () -> draft.parameter(Parameter.object((byte) value)),
            () -> draft.parameter(Parameter.of(new BigDecimal(text))),
            () -> draft.parameter(Parameter.of(new BigDecimal(text + ".0"))),
            () -> draft.parameter(Parameter.of(new BigDecimal(text + ".5"))),
            () -> draft.parameter(Parameter.object(new BigInteger(text))),
            () -> draft.parameter(Parameter.object(text, Types.BIGINT)),
            () -> draft.parameter(Parameter.object(new BigDecimal(text), Types.BIGINT)),
            () -> draft.parameter(Parameter.object(text, Types.OTHER)),
            () -> draft.parameter(Parameter.of(text)) + "::int8",
            () -> draft.parameter(Parameter.of(text)) + "::int4",
            () -> "CAST(" + draft.parameter(Parameter.of(text)) + " AS bigint)",
            () -> draft.parameter(Parameter.of(text)),
            () -> draft.parameter(Parameter.of((double) value)),
            () -> draft.parameter(Parameter.of(value)) + "::int2",
            () -> draft.parameter(Parameter.ofNull(Types.BIGINT)),
            () -> draft.parameter(Parameter.of((Object) null)),
            () -> draft.parameter(Parameter.of(value - 1)) + " + 1");
  }

  private static String textLiteral(Dice dice, String text) {
    String literal = "'" + text.replace("'", "''") + "'";
    return dice.one(
        () -> literal,
        () -> literal,
        () -> "E" + literal,
        () -> "E'\\x61'",
        () -> "U&'\\0061'",
        () -> "$$" + text + "$$",
        () -> "$q$" + text + "$q$",
        () -> literal + "::text",
        () -> literal + "::varchar",
        () -> literal + "::varchar(1)",
        () -> literal + "::char(3)",
        () -> literal + "::name",
        () -> "CAST(" + literal + " AS varchar(2))",
        () -> "text " + literal,
        () -> "N" + literal,
        () -> "(" + literal + " || '')",
        () -> literal + "\n''",
        () -> "lower(" + literal + ")");
  }

  private static String textParameter(Context context, String text) {
    Draft draft = context.draft();
    return context
        .dice()
        .one(
            () -> draft.parameter(Parameter.of(text)),
            () -> draft.parameter(Parameter.of(text)),
            () -> draft.parameter(Parameter.object(text)),
            () -> draft.parameter(Parameter.object(text, Types.OTHER)),
            () -> draft.parameter(Parameter.object(text, Types.CHAR)),
            () -> draft.parameter(Parameter.of(text)) + "::varchar(1)",
            () -> draft.parameter(Parameter.of(text)) + "::char(3)",
            () -> draft.parameter(Parameter.of(text)) + "::text",
            () -> draft.parameter(Parameter.ofNull(Types.VARCHAR)),
            () -> draft.parameter(Parameter.of(10)) + "::text",
            () -> draft.parameter(Parameter.object(10, Types.VARCHAR)));
  }

  private static String uuidLiteral(Dice dice, String text) {
    return dice.one(
        () -> "'" + text + "'",
        () -> "'" + text + "'::uuid",
        () -> "'" + text.toUpperCase(Locale.ROOT) + "'",
        () -> "'{" + text + "}'",
        () -> "'" + text.replace("-", "") + "'",
        () -> "uuid '" + text + "'",
        () -> "CAST('" + text + "' AS uuid)",
        () -> "'" + text + "'::text::uuid");
  }

  private static String uuidParameter(Context context, String text) {
    Draft draft = context.draft();
    UUID value = UUID.fromString(text);
    return context
        .dice()
        .one(
            () -> draft.parameter(Parameter.object(value)),
            () -> draft.parameter(Parameter.object(value)),
            () -> draft.parameter(Parameter.object(value, Types.OTHER)),
            () -> draft.parameter(Parameter.object(text, Types.OTHER)),
            () -> draft.parameter(Parameter.of(text)) + "::uuid",
            () -> "CAST(" + draft.parameter(Parameter.of(text)) + " AS uuid)",
            () -> draft.parameter(Parameter.ofNull(Types.OTHER)),
            () -> draft.parameter(Parameter.of(text)));
  }

  /** A condition that only some values of other columns or types make true. */
  static String almost(Context context, ShardKey key) {
    Dice dice = context.dice();
    String column = key.column().sql();
    SqlType type = key.domain().type();
    if (type.isInteger()) {
      return dice.one(
          () -> column + " + 0 = " + key.domain().literal(dice),
          () -> "-" + column + " = -5",
          () -> column + " % 4 = 1",
          () -> column + " = " + Values.column(context, SqlType.INT4),
          () -> column + " = " + Values.column(context, SqlType.NUMERIC),
          () -> column + "::int8 = 3");
    } else if (type == SqlType.UUID) {
      return column + "::text LIKE '%4%'";
    }
    return dice.one(
        () -> column + " LIKE 'a'",
        () -> column + " ILIKE 'b'",
        () -> "upper(" + column + ") = 'B'",
        () -> column + " COLLATE \"C\" = 'a'",
        () -> column + " = 'a' COLLATE \"C\"",
        () -> column + " ~ '^a$'",
        () -> column + "::char(3) = 'a'",
        () -> column + " = " + Values.column(context, SqlType.TEXT),
        () -> column + "::varchar(1) = 'Z'",
        () -> column + " || '' = 'a'");
  }
}
