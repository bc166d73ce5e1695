package io.shardjdbc.catalog;

import io.shardjdbc.routing.sql.text.NamesInText;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of what may leave something in a session, by one version of the schema, and which texts
 * have one of them. Most texts are run more than once, so that the last ones are remembered.
 * Thread-safe.
 */
final class Suspects {

  /** As the only name: what there is, is not known. */
  static final String ANYTHING = "*";

  /** What a statement itself may call; all else of the kind is planned as what it is. */
  private static final Set<String> BUILT_IN =
      Set.of("set_config", "setseed", "set_limit", "isn_weak");

  private static final int TEXTS = 1000;

  /** In characters. Longer texts are not remembered. */
  private static final int LENGTH = 8000;

  private final long changes;
  private final Set<String> names;
  private final Map<String, Boolean> texts = new ConcurrentHashMap<>();

  /**
   * @param changes the version of the schema
   * @param names in lower case, as {@link NamesInText} has them
   */
  Suspects(long changes, Set<String> names) {
    this.changes = changes;
    this.names = names;
  }

  long changes() {
    return changes;
  }

  boolean areNone() {
    return names.isEmpty();
  }

  boolean include(String name) {
    return names.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether what runs a text may leave something. */
  boolean mayBeLeftBy(String sql) {
    Boolean before = texts.get(sql);
    if (before != null) {
      return before;
    }
    boolean may = NamesInText.of(sql).map(this::areAmong).orElse(true);
    if (sql.length() <= LENGTH) {
      if (texts.size() >= TEXTS) {
        texts.clear();
      }
      texts.put(sql, may);
    }
    return may;
  }

  private boolean areAmong(Set<String> used) {
    return names.contains(ANYTHING)
        || (!used.isEmpty() && used.iterator().next().equals("do")) // a block may do anything
        || used.stream().anyMatch(name -> BUILT_IN.contains(name) || names.contains(name));
  }
}
