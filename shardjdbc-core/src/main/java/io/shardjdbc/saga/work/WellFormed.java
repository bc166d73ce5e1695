package io.shardjdbc.saga.work;

/**
 * Texts that a server keeps as they are.
 *
 * <p>A half of a surrogate pair has no form in UTF-8: encoders put a question mark in its place, so
 * that two texts become one. PostgreSQL keeps no character 0.
 */
public final class WellFormed {

  private WellFormed() {}

  /** Whether it comes back from a server, and from UTF-8, as it was. */
  public static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\0' || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }
}
