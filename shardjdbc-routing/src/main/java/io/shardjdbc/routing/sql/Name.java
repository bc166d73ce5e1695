package io.shardjdbc.routing.sql;

import java.util.List;

/**
 * A name of one or more parts, folded as PostgreSQL folds it: unquoted parts in lower case, quoted
 * parts as written.
 *
 * @param parts the parts, outermost first: {@code [schema, table]}, {@code [table]}, never empty
 * @param span where it stands
 */
public record Name(List<String> parts, Span span) {

  public Name {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a name has at least one part");
    }
  }

  /** The last part: the object's own name. */
  public String last() {
    return parts.get(parts.size() - 1);
  }

  /** Whether the name is this single unqualified word. */
  public boolean is(String word) {
    return parts.size() == 1 && parts.get(0).equals(word);
  }
}
