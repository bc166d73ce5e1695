package io.shardjdbc.routing.yaml;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with their units. */
final class Quantities {
  private static final Pattern QUANTITY = Pattern.compile("(\\d{1,18}) ?([A-Za-z]+)");
  private static final Map<String, ChronoUnit> TIMES =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS);

  /** Powers of 1024, as in PostgreSQL's settings. */
  private static final Map<String, Long> SIZES =
      Map.of("B", 1L, "kB", 1L << 10, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);

  private Quantities() {}

  static Optional<Duration> duration(String text) {
    return read(text, TIMES, Duration::of);
  }

  static Optional<Long> bytes(String text) {
    return read(text, SIZES, Math::multiplyExact);
  }

  private static <U, T> Optional<T> read(
      String text, Map<String, U> units, BiFunction<Long, U, T> product) {
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches()) {
      return Optional.empty();
    }
    try {
      long number = Long.parseLong(quantity.group(1));
      return Optional.ofNullable(units.get(quantity.group(2)))
          .map(unit -> product.apply(number, unit));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }
}
