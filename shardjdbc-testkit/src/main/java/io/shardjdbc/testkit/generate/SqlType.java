package io.shardjdbc.testkit.generate;

import java.util.List;
import java.util.Locale;

/**
 * The column types of generated tables, each with values to draw from.
 *
 * <p>The values are few, so that there are duplicates and joins meet. No two of them are equal and
 * written differently ({@code 1.0} and {@code 1.00}, a day and 24 hours): which of them a GROUP BY
 * shows is nobody's promise.
 */
enum SqlType {
  INT2("int2", "0", "1", "2", "3", "5", "-4", "32767", "-32768"),
  INT4("int4", "0", "1", "2", "3", "4", "5", "7", "-1", "-20", "2000000000"),
  INT8("int8", "0", "1", "2", "3", "5", "9007199254740993", "9007199254740992", "-6"),
  NUMERIC(
      "numeric",
      "0",
      "1",
      "1.5",
      "-2.25",
      "0.0000000001",
      "12345678901234567890.123",
      "100",
      "0.1",
      "'NaN'",
      "'Infinity'",
      "3"),
  PRICE("numeric(10,2)", "0.00", "1.00", "1.50", "-2.25", "99999999.99", "10.00"),
  FLOAT8("float8", "0", "1.5", "-2.25", "0.1", "'NaN'", "'Infinity'", "'-Infinity'", "1e300", "3"),
  FLOAT4("float4", "0", "1.5", "-2.25", "0.1", "'NaN'", "'Infinity'", "3"),
  TEXT(
      "text",
      "''",
      "'a'",
      "'A'",
      "'b'",
      "'B'",
      "'á'",
      "'Zoë'",
      "'zebra'",
      "'Ärger'",
      "'ß'",
      "'日本'",
      "'_x'",
      "' lead'",
      "'O''Brien'",
      "'a_b%'",
      "'e\u0301'",
      "'é'",
      "'😀'",
      "'back\\slash'",
      "'10'",
      "'9'"),
  VARCHAR("varchar(20)", "''", "'a'", "'Ab'", "'aB'", "'é'", "'zz top'", "'-dash'", "'Z'"),
  CHAR("char(4)", "'a'", "'ab'", "'AB'", "''", "'ä'"),
  BOOL("bool", "true", "false"),
  DATE(
      "date",
      "'2024-02-29'",
      "'1970-01-01'",
      "'0001-01-01'",
      "'4713-01-01 BC'",
      "'infinity'",
      "'-infinity'",
      "'9999-12-31'",
      "'2024-03-31'"),
  TIME("time", "'00:00'", "'23:59:59.999999'", "'12:30'", "'24:00'"),
  TIMESTAMP(
      "timestamp",
      "'2024-02-29 12:00'",
      "'1969-12-31 23:59:59.999999'",
      "'infinity'",
      "'2024-03-31 02:30'",
      "'0044-03-15 BC'",
      "'2038-01-19 03:14:08'"),
  TIMESTAMPTZ(
      "timestamptz",
      "'2024-02-29 12:00+00'",
      "'2024-03-31 02:30+02'",
      "'2024-10-27 02:30+01'",
      "'-infinity'",
      "'1900-01-01 00:00:00.5-05:30'",
      "'2024-02-29 12:00:00.000001+00'"),
  INTERVAL("interval", "'1 day'", "'02:03:04'", "'-1 mon'", "'1 year 2 mons 3 days'", "'0'"),
  UUID(
      "uuid",
      "'00000000-0000-0000-0000-000000000000'",
      "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
      "'6b5c2f6e-9b0a-4c8e-8f53-0a9d6e1b7c01'",
      "'80000000-0000-4000-8000-000000000001'"),
  JSONB(
      "jsonb",
      "'{}'",
      "'{\"a\": 1}'",
      "'{\"a\": \"x\", \"b\": [1, 2]}'",
      "'[]'",
      "'null'",
      "'\"t\"'",
      "'3'"),
  INT_ARRAY("int4[]", "'{}'", "'{1,2}'", "'{1,NULL}'", "'{3}'", "'{{1,2},{3,4}}'"),
  TEXT_ARRAY("text[]", "'{}'", "'{a,b}'", "'{\"\",NULL}'", "'{Ä,\"x y\"}'"),
  MOOD("mood", "'sad'", "'ok'", "'happy'"),
  BYTEA("bytea", "'\\x'", "'\\x00ff'", "'\\x01'", "'\\xff'"),
  INT_RANGE("int4range", "'empty'", "'[1,4)'", "'[2,)'", "'(,5)'", "'[7,8)'"),
  LABEL("label", "'a'", "'B'", "'é'", "''", "'zz'"),
  PAIR("pair", "'(1,a)'", "'(1,)'", "'(,B)'", "'(-2,\"x y\")'"),
  INET("inet", "'10.0.0.1'", "'10.0.0.0/8'", "'::1'", "'192.168.1.7/24'"),
  BITS("varbit", "'101'", "''", "'0'", "'11111111'");

  /** The statements that make the types of our own. */
  static final List<String> DEFINITIONS =
      List.of(
          "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
          "CREATE DOMAIN label AS text CHECK (length(VALUE) < 40)",
          "CREATE TYPE pair AS (x int4, t text)");

  /** The types of which every table has a column, so that tables always have something to meet. */
  static final List<SqlType> COMMON = List.of(INT4, NUMERIC, TEXT);

  private final String sql;

  @SuppressWarnings("ImmutableEnumChecker") // the list is immutable
  private final List<String> values;

  SqlType(String sql, String... values) {
    this.sql = sql;
    this.values = List.of(values);
  }

  /** Its name in SQL. */
  String sql() {
    return sql;
  }

  /** A value, as a literal that the context gives its type. */
  String value(Dice dice) {
    return dice.pick(values);
  }

  /** A value that says its own type. */
  String literal(Dice dice) {
    String value = value(dice);
    // -32768::int2 is -(32768::int2), an error as soon as somebody evaluates it.
    return (value.startsWith("-") ? "(" + value + ")" : value) + "::" + sql;
  }

  /** A name for a column of it. */
  String columnName() {
    return "c_" + name().toLowerCase(Locale.ROOT);
  }

  boolean isInteger() {
    return this == INT2 || this == INT4 || this == INT8;
  }

  boolean isText() {
    return this == TEXT || this == VARCHAR;
  }

  /** Whether sum and avg are the same whatever the order of rows. */
  boolean isSummable() {
    return isInteger() || this == NUMERIC || this == PRICE;
  }

  /** Whether min and max take it on every version. */
  boolean hasMinimum() {
    return switch (this) {
      case BOOL, UUID, JSONB, BYTEA, INT_ARRAY, TEXT_ARRAY, INT_RANGE, PAIR, BITS -> false;
      default -> true;
    };
  }
}
