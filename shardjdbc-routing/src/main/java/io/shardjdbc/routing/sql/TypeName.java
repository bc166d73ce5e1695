package io.shardjdbc.routing.sql;

import java.util.List;

/**
 * A type as written in a cast.
 *
 * @param name folded; the standard's spellings of several words are one part in lower case ({@code
 *     double precision}, {@code timestamp with time zone}, {@code character varying})
 * @param modifiers the texts in parentheses behind it: {@code [10, 2]} of {@code numeric(10,2)}
 * @param dimensions how many {@code []} follow; 0 for a plain type
 * @param span where it stands
 */
public record TypeName(Name name, List<String> modifiers, int dimensions, Span span) {
  public TypeName {
    modifiers = List.copyOf(modifiers);
  }

  /** Whether the name can be that of one of the server's own types. */
  public boolean isBuiltIn() {
    List<String> parts = name.parts();
    return parts.size() == 1 || (parts.size() == 2 && parts.get(0).equals("pg_catalog"));
  }
}
