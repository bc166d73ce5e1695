package io.shardjdbc.routing.sql;

import org.jspecify.annotations.Nullable;

/**
 * A half-open range of characters {@code [start, end)} in the statement's text.
 *
 * <p>Rewriting works on spans of the original text; a statement is never printed from its tree.
 *
 * @param start index of the first character
 * @param end index after the last character
 */
public record Span(int start, int end) {

  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("not a span: " + start + ".." + end);
    }
  }

  /** The smallest span that covers both. */
  public Span to(Span other) {
    return new Span(Math.min(start, other.start), Math.max(end, other.end));
  }

  /** The characters of {@code text} that this span covers. */
  public String of(String text) {
    return text.substring(start, end);
  }

  @Override // by hand, as the start of a program meets it: see docs/decisions.md
  public boolean equals(@Nullable Object other) {
    return other instanceof Span that && start == that.start && end == that.end;
  }

  @Override
  public int hashCode() {
    return 31 * start + end;
  }
}
