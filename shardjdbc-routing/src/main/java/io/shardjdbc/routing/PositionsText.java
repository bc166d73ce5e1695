package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Position ranges as PostgreSQL writes a value of type {@code int8multirange}. */
record PositionsText(String text) {
  private static final Pattern RANGE =
      Pattern.compile("(?:\\[(-?\\d{1,19})|\\(),(?:(-?\\d{1,19}))?\\)");

  static String of(List<PositionRange> ranges) {
    return ranges.stream().map(PositionsText::of).collect(Collectors.joining(",", "{", "}"));
  }

  private static String of(PositionRange range) {
    String low = range.first() == Long.MIN_VALUE ? "(" : "[" + range.first();
    String high = range.last() == Long.MAX_VALUE ? "" : Long.toString(range.last() + 1);
    return low + "," + high + ")";
  }

  List<PositionRange> ranges() {
    List<PositionRange> ranges = new ArrayList<>();
    if (text.length() < 2 || !text.startsWith("{") || !text.endsWith("}")) {
      throw fault();
    }
    int at = 1;
    int end = text.length() - 1;
    Matcher matcher = RANGE.matcher(text).region(at, end);
    while (at < end) {
      if (!matcher.lookingAt()) {
        throw fault();
      }
      ranges.add(range(matcher.group(1), matcher.group(2)));
      at = matcher.end();
      if (at < end) {
        if (text.charAt(at) != ',' || ++at == end) {
          throw fault();
        }
      }
      matcher.region(at, end);
    }
    return ranges;
  }

  private PositionRange range(@Nullable String low, @Nullable String high) {
    try {
      long first = low == null ? Long.MIN_VALUE : Long.parseLong(low);
      long last = high == null ? Long.MAX_VALUE : Math.subtractExact(Long.parseLong(high), 1);
      if (first > last) {
        throw fault();
      }
      return new PositionRange(first, last);
    } catch (NumberFormatException | ArithmeticException e) {
      throw fault();
    }
  }

  private static RoutingException fault() {
    return new RoutingException(
        ErrorCode.BAD_PLACEMENT, "positions are not a range set as PostgreSQL writes it");
  }
}
