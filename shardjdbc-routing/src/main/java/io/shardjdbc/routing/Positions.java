package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of ring positions, as ascending ranges of which no two are adjacent.
 *
 * <p>Its text is PostgreSQL's {@code int8multirange} in canonical form, such as {@code
 * {(,-5),[7,9)}}: lower bounds are included and upper bounds are not, and what has no bound goes to
 * the end of the ring. Two sets are equal when they have the same positions. Immutable.
 */
public final class Positions {

  /** No position. */
  public static final Positions NONE = new Positions(List.of());

  /** All positions. */
  public static final Positions ALL =
      new Positions(List.of(new PositionRange(Long.MIN_VALUE, Long.MAX_VALUE)));

  private final List<PositionRange> ranges;

  private Positions(List<PositionRange> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /** The positions of ranges that may overlap, in any order. */
  public static Positions of(Collection<PositionRange> ranges) {
    List<PositionRange> merged = new ArrayList<>();
    ranges.stream()
        .sorted(Comparator.comparingLong(PositionRange::first))
        .forEach(range -> append(merged, range));
    return new Positions(merged);
  }

  /** One position. */
  public static Positions of(long position) {
    return new Positions(List.of(new PositionRange(position, position)));
  }

  /** A position and all above it. */
  public static Positions from(long first) {
    return new Positions(List.of(new PositionRange(first, Long.MAX_VALUE)));
  }

  /**
   * The set that a text of PostgreSQL says.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when it is not a multirange in
   *     canonical form
   */
  public static Positions parse(String multirange) {
    return of(new PositionsText(multirange).ranges());
  }

  private static void append(List<PositionRange> ranges, PositionRange next) {
    PositionRange last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
    boolean apart =
        last == null || (last.last() != Long.MAX_VALUE && last.last() + 1 < next.first());
    if (last == null || apart) {
      ranges.add(next);
    } else {
      long end = Math.max(last.last(), next.last());
      ranges.set(ranges.size() - 1, new PositionRange(last.first(), end));
    }
  }

  /** The ranges, ascending, no two of them adjacent. */
  public List<PositionRange> ranges() {
    return ranges;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether the position is one of them. */
  public boolean contains(long position) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      PositionRange range = ranges.get(middle);
      if (range.contains(position)) {
        return true;
      }
      if (position < range.first()) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return false;
  }

  /** Whether all positions of the other set are in this one. */
  public boolean containsAll(Positions other) {
    return other.minus(this).isEmpty();
  }

  /** These positions and those of the other set. */
  public Positions plus(Positions other) {
    List<PositionRange> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return of(all);
  }

  /** These positions without those of the other set. */
  public Positions minus(Positions other) {
    List<PositionRange> left = new ArrayList<>();
    for (PositionRange range : ranges) {
      long first = range.first();
      boolean ended = false;
      for (PositionRange hole : other.ranges) {
        if (ended || hole.first() > range.last()) {
          break;
        }
        if (hole.last() < first) {
          continue;
        }
        if (hole.first() > first) {
          left.add(new PositionRange(first, hole.first() - 1));
        }
        ended = hole.last() >= range.last();
        first = ended ? first : hole.last() + 1;
      }
      if (!ended) {
        left.add(new PositionRange(first, range.last()));
      }
    }
    return new Positions(left);
  }

  /** The positions that are in both sets. */
  public Positions and(Positions other) {
    return minus(minus(other));
  }

  /** Which share of the whole ring they are, from 0 to 1. */
  public double share() {
    return ranges.stream()
            .mapToDouble(range -> (double) range.last() - (double) range.first() + 1)
            .sum()
        / 0x1p64;
  }

  /** The SQL condition that an expression of type {@code bigint} is one of the positions. */
  public String condition(String expression) {
    return "'"
        + this
        + "'::pg_catalog.int8multirange OPERATOR(pg_catalog.@>) pg_catalog."
        + expression;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Positions positions && ranges.equals(positions.ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }

  @Override
  public String toString() {
    return PositionsText.of(ranges);
  }
}
