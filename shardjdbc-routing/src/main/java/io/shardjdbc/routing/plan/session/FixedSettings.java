package io.shardjdbc.routing.plan.session;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings that change what a text means: statements, and values on their way between servers, are
 * read as with the default, so these settings keep it. So does the one that starts random numbers
 * anew: each connection that is told of it would give the same ones.
 */
final class FixedSettings {

  private static final Set<String> ON = Set.of("on", "true", "yes", "1", "default");
  private static final Set<String> OFF = Set.of("off", "false", "no", "0", "default");

  private static final Map<String, Set<String>> HARMLESS =
      Map.of(
          "standard_conforming_strings", ON,
          "array_nulls", ON,
          "transform_null_equals", OFF,
          "extra_float_digits", Set.of("1", "2", "3", "default"),
          "seed", Set.of("default"));

  private static final Pattern VALUE =
      Pattern.compile("(?:=|\\bTO\\b)\\s*'?([\\w+-]+)'?\\s*;?\\s*$", Pattern.CASE_INSENSITIVE);

  private FixedSettings() {}

  /** Refuses a SET of one of them to something else. */
  static void checkStatement(String setting, String sql) {
    boolean commented = sql.contains("--") || sql.contains("/*"); // which may end like a value
    Matcher value = VALUE.matcher(sql);
    check(setting, !commented && value.find() ? value.group(1) : "");
  }

  /** Refuses one of them with another value. */
  static void check(String setting, String value) {
    Set<String> harmless = HARMLESS.get(setting);
    if (harmless != null && !harmless.contains(value.strip().toLowerCase(Locale.ROOT))) {
      throw new RoutingException(ErrorCode.NOT_IMPLEMENTED, "SET " + setting);
    }
  }
}
