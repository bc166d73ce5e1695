package io.shardjdbc.routing;

import java.util.Comparator;

/** The order of single keys of one type: numbers, times, bytes of a uuid, code points of a text. */
enum KeyOrder implements Comparator<Key> {
  INSTANCE;

  @Override
  public int compare(Key one, Key other) {
    if (one instanceof Key.OfLong a && other instanceof Key.OfLong b) {
      return Long.compare(a.value(), b.value());
    }
    if (one instanceof Key.OfUuid a && other instanceof Key.OfUuid b) {
      // UUID.compareTo takes the halves as signed; the server compares unsigned bytes.
      int high =
          Long.compareUnsigned(
              a.value().getMostSignificantBits(), b.value().getMostSignificantBits());
      return high != 0
          ? high
          : Long.compareUnsigned(
              a.value().getLeastSignificantBits(), b.value().getLeastSignificantBits());
    }
    if (one instanceof Key.OfDate a && other instanceof Key.OfDate b) {
      return a.value().compareTo(b.value());
    }
    if (one instanceof Key.OfTimestamp a && other instanceof Key.OfTimestamp b) {
      return a.value().compareTo(b.value());
    }
    if (one instanceof Key.OfInstant a && other instanceof Key.OfInstant b) {
      return a.value().compareTo(b.value());
    }
    if (one instanceof Key.OfNumeric a && other instanceof Key.OfNumeric b) {
      return a.value().compareTo(b.value());
    }
    return compareCodePoints(one.text(), other.text());
  }

  /** The order of UTF-8 bytes; that of UTF-16 differs from U+E000 on. */
  private static int compareCodePoints(String one, String other) {
    int at = 0;
    while (at < one.length() && at < other.length()) {
      int a = one.codePointAt(at);
      int b = other.codePointAt(at);
      if (a != b) {
        return Integer.compare(a, b);
      }
      at += Character.charCount(a);
    }
    return Integer.compare(one.length(), other.length());
  }
}
