package io.shardjdbc.routing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a composite key, as {@link Key#text} has it, in SQL.
 *
 * <p>Its functions are PostgreSQL's own and immutable: a publication's row filter takes no others,
 * and none of them asks the session for its formats. So no cast to text is among them.
 */
final class KeyText {

  private KeyText() {}

  /** The columns' texts with colons between them. */
  static String of(List<String> columns, List<KeyType> types) {
    StringBuilder text = new StringBuilder(of(columns.get(0), types.get(0)));
    for (int i = 1; i < columns.size(); i++) {
      String joined = joined(text.toString(), "':'", of(columns.get(i), types.get(i)));
      text.setLength(0);
      text.append(joined);
    }
    return text.toString();
  }

  private static String of(String column, KeyType type) {
    return switch (type) {
      case INTEGER -> written("int8out(" + column + ")");
      case TEXT -> column;
      case UUID -> written("uuid_out(" + column + ")");
      case NUMERIC -> written("numeric_out(pg_catalog.trim_scale(" + column + "))");
      case DATE -> date(column);
      case TIMESTAMP -> joined(minutes(column), secondsUnlessZero(column));
      case TIMESTAMPTZ -> {
        String utc = "(" + column + " AT TIME ZONE 'UTC')";
        yield joined(minutes(utc), seconds(micros(utc)), "'Z'");
      }
    };
  }

  private static String date(String column) {
    return joined(
        part("year", column, 4), "'-'", part("month", column, 2), "'-'", part("day", column, 2));
  }

  private static String minutes(String column) {
    return joined(date(column), "'T'", part("hour", column, 2), "':'", part("minute", column, 2));
  }

  /** Seconds and their millionths, in eight digits. */
  private static String micros(String column) {
    return part("microseconds", column, 8);
  }

  private static String secondsUnlessZero(String column) {
    String micros = micros(column);
    return "CASE WHEN %s THEN '' ELSE %s END".formatted(equal(micros, "00000000"), seconds(micros));
  }

  /** As many digits behind the point as are needed, in groups of three. */
  private static String seconds(String micros) {
    return joined(
        "':'",
        "pg_catalog.left(" + micros + ", 2)",
        "CASE WHEN %s THEN '' WHEN %s THEN %s ELSE %s END"
            .formatted(
                equal("pg_catalog.right(" + micros + ", 6)", "000000"),
                equal("pg_catalog.right(" + micros + ", 3)", "000"),
                joined("'.'", "pg_catalog.substr(" + micros + ", 3, 3)"),
                joined("'.'", "pg_catalog.substr(" + micros + ", 3)")));
  }

  private static String equal(String text, String other) {
    return text + " OPERATOR(pg_catalog.=) '" + other + "'";
  }

  private static String part(String field, String column, int digits) {
    return "pg_catalog.lpad(%s, %d, '0')"
        .formatted(written("numeric_out(EXTRACT(" + field + " FROM " + column + "))"), digits);
  }

  /** A call that writes a value, which gives no text yet. */
  private static String written(String call) {
    return "pg_catalog.textin(pg_catalog." + call + ")";
  }

  private static String joined(String first, String... others) {
    return Arrays.stream(others)
        .map(other -> ", " + other + ")")
        .collect(Collectors.joining("", "pg_catalog.textcat(".repeat(others.length) + first, ""));
  }
}
