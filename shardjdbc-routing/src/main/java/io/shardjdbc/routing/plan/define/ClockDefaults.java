package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.plan.effects.ClockTexts;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds {@code timestamp DEFAULT 'now'} in a definition. A server makes a constant of it when the
 * definition runs, so each shard would have another one.
 */
final class ClockDefaults {

  private static final Pattern DEFAULT =
      Pattern.compile(
          "(?:\\b(?:date|time|timetz|timestamp|timestamptz|zone|(?:date|ts|tstz)(?:multi)?range)\\b"
              + "[^,']*|\\bset\\s+)\\bdefault\\b[^,']*'(?<text>[^']*)'",
          Pattern.CASE_INSENSITIVE);

  private ClockDefaults() {}

  /** Whether a definition has one. */
  static boolean in(String sql) {
    Matcher defaults = DEFAULT.matcher(sql);
    while (defaults.find()) {
      if (ClockTexts.looksLikeOne(defaults.group("text"))) {
        return true;
      }
    }
    return false;
  }
}
