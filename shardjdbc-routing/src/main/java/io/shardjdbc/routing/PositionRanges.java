package io.shardjdbc.routing;

import java.util.List;
import java.util.stream.Collectors;

/** Ascending position ranges of which no two are adjacent. */
final class PositionRanges {
  private PositionRanges() {}

  /** Adds a range that lies behind all others, joining it to the last when they are adjacent. */
  static void append(List<PositionRange> ranges, PositionRange next) {
    if (!ranges.isEmpty()) {
      PositionRange last = ranges.get(ranges.size() - 1);
      if (last.last() + 1 == next.first()) {
        ranges.set(ranges.size() - 1, new PositionRange(last.first(), next.last()));
        return;
      }
    }
    ranges.add(next);
  }

  /** The SQL condition that the expression lies in one of the ranges. */
  static String condition(List<PositionRange> ranges, String expression) {
    return ranges.isEmpty()
        ? "(false)"
        : ranges.stream()
            .map(range -> range.condition(expression))
            .collect(Collectors.joining(" OR ", "(", ")"));
  }
}
