package io.shardjdbc.routing.sql.parse;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The functions of JDBC's {@code {fn ..}} that the driver replaces by others of the server.
 *
 * <p>A call is read under the name of what it becomes, so that what is known of the server's
 * functions (which read a clock, which give another value each time) holds for it. Where the driver
 * writes an expression of several functions, the one is named that may do least.
 */
final class EscapeFunctions {

  private static final Map<String, String> SERVER_NAMES =
      Map.ofEntries(
          Map.entry("ceiling", "ceil"),
          Map.entry("log10", "log"),
          Map.entry("rand", "random"),
          Map.entry("truncate", "trunc"),
          Map.entry("char", "chr"),
          Map.entry("insert", "overlay"),
          Map.entry("lcase", "lower"),
          Map.entry("ucase", "upper"),
          Map.entry("locate", "strpos"),
          Map.entry("space", "repeat"),
          Map.entry("curdate", "now"),
          Map.entry("curtime", "now"),
          Map.entry("dayname", "to_char"),
          Map.entry("monthname", "to_char"),
          Map.entry("dayofmonth", "date_part"),
          Map.entry("dayofweek", "date_part"),
          Map.entry("dayofyear", "date_part"),
          Map.entry("hour", "date_part"),
          Map.entry("minute", "date_part"),
          Map.entry("month", "date_part"),
          Map.entry("quarter", "date_part"),
          Map.entry("second", "date_part"),
          Map.entry("week", "date_part"),
          Map.entry("year", "date_part"),
          Map.entry("timestampadd", "date_part"),
          Map.entry("timestampdiff", "date_part"),
          Map.entry("ifnull", "coalesce"),
          Map.entry("user", "current_user"),
          Map.entry("database", "current_database"));

  /** Functions whose first argument is the name of an interval, not a column. */
  private static final Set<String> OF_INTERVALS = Set.of("timestampadd", "timestampdiff");

  private EscapeFunctions() {}

  /** The server's function for one of JDBC; the name itself where there is no other. */
  static String serverName(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return SERVER_NAMES.getOrDefault(folded, folded);
  }

  /** Whether it is a form of the grammar and not a function. */
  static boolean isForm(String serverName) {
    return serverName.equals("coalesce") || serverName.equals("current_user");
  }

  static boolean isReplaced(String name) {
    return SERVER_NAMES.containsKey(name.toLowerCase(Locale.ROOT));
  }

  static boolean takesInterval(String name) {
    return OF_INTERVALS.contains(name.toLowerCase(Locale.ROOT));
  }
}
