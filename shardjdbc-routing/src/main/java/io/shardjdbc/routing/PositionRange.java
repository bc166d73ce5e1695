package io.shardjdbc.routing;

/**
 * A run of ring positions, both ends included; it never wraps round.
 *
 * @param first the least position
 * @param last the greatest position, not below {@code first}
 */
public record PositionRange(long first, long last) {

  public PositionRange {
    if (first > last) {
      throw new IllegalArgumentException("a range of positions ends before it starts");
    }
  }

  /** Whether the position lies in the range. */
  public boolean contains(long position) {
    return first <= position && position <= last;
  }

  /** The condition on a hash expression, written for PostgreSQL. */
  String condition(String hash) {
    if (first == last) {
      return hash + " = " + literal(first);
    }
    if (first == Long.MIN_VALUE) {
      return last == Long.MAX_VALUE ? "true" : hash + " <= " + literal(last);
    }
    return last == Long.MAX_VALUE
        ? hash + " >= " + literal(first)
        : hash + " BETWEEN " + literal(first) + " AND " + literal(last);
  }

  /** PostgreSQL reads the sign apart from the digits, and the least bigint's digits overflow. */
  private static String literal(long position) {
    return position == Long.MIN_VALUE ? "(-9223372036854775807 - 1)" : Long.toString(position);
  }

  @Override
  public String toString() {
    return "[" + first + ", " + last + "]";
  }
}
