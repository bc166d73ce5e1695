package io.shardjdbc.catalog;

import io.shardjdbc.routing.sql.text.NamesInText;
import java.util.Locale;
import java.util.Set;

/**
 * The names of what may do something to a session or with it, by one version of the schema, and
 * which texts have one of them. Most texts are run more than once, so that the last ones are
 * remembered. Thread-safe.
 */
final class Suspects {

  /** As the only name: what there is, is not known. */
  static final String ANYTHING = "*";

  private final Set<String> builtIn;
  private final Set<String> names;
  private final TextAnswers<Boolean> texts = new TextAnswers<>(this::isRunBy);

  /**
   * @param builtIn what PostgreSQL has of the kind, which a statement itself may call
   * @param names what users have of it, in lower case, as {@link NamesInText} has them
   */
  Suspects(Set<String> builtIn, Set<String> names) {
    this.builtIn = builtIn;
    this.names = names;
  }

  boolean areNone() {
    return names.isEmpty();
  }

  boolean include(String name) {
    return names.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a text may run one of them. */
  boolean mayBeRunBy(String sql) {
    return texts.of(sql);
  }

  private boolean isRunBy(String sql) {
    return NamesInText.of(sql).map(this::areAmong).orElse(true);
  }

  private boolean areAmong(Set<String> used) {
    return names.contains(ANYTHING)
        || (!used.isEmpty() && used.iterator().next().equals("do")) // a block may do anything
        || used.stream().anyMatch(name -> builtIn.contains(name) || names.contains(name));
  }
}
