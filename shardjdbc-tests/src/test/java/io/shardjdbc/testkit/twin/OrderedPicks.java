package io.shardjdbc.testkit.twin;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of a statement whose LIMITs pick one row in a known order, or none at all: what such a
 * text answers does not depend on the order in which rows lie.
 */
final class OrderedPicks {

  private static final Pattern ONE =
      Pattern.compile("\\(select (\\w+) from public\\.(\\w+) limit 1( offset \\d+)?\\)");

  private static final Pattern SEVERAL = Pattern.compile("(?<!text) limit \\d+");

  private OrderedPicks() {}

  /** The text, or none where the statement has no LIMIT. */
  static Optional<String> of(String sql) {
    String ordered =
        ONE.matcher(sql.replaceAll("\\s+", " "))
            .replaceAll("(select $1 from public.$2 order by $2::text limit 1$3)");
    String all = SEVERAL.matcher(ordered).replaceAll("");
    return all.contains(" limit ") || !all.equals(ordered) ? Optional.of(all) : Optional.empty();
  }
}
