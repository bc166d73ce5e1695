package io.shardjdbc.testkit.twin;

import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The text of a statement on the given tables whose LIMITs pick one row in a known order, or none
 * at all: what such a text answers does not depend on the order in which rows lie.
 */
final class OrderedPicks {

  private static final Map<String, String> KEYS =
      Map.of(
          "users", "user_id",
          "posts", "user_id, post_id",
          "likes", "post_id, liker",
          "sessions", "token",
          "words", "word",
          "countries", "code",
          "currencies", "id",
          "conf", "k");

  private static final Pattern ONE =
      Pattern.compile("\\(select (\\w+) from public\\.(\\w+) (limit 1(?: offset \\d+)? ?)\\)");

  private static final Pattern SEVERAL = Pattern.compile(" limit (?!1[ )])\\d+");

  private OrderedPicks() {}

  /** The text, or none where the statement has no LIMIT. */
  static Optional<String> of(String sql) {
    String line = sql.replaceAll("\\s+", " ");
    String ordered =
        SEVERAL.matcher(ONE.matcher(line).replaceAll(OrderedPicks::pick)).replaceAll("");
    return ordered.equals(line) ? Optional.empty() : Optional.of(ordered);
  }

  private static String pick(MatchResult found) {
    String key = KEYS.getOrDefault(found.group(2), "1");
    return "(select %s from public.%s order by %s %s)"
        .formatted(found.group(1), found.group(2), key, found.group(3));
  }
}
