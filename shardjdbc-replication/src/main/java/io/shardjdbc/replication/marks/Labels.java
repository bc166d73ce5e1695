package io.shardjdbc.replication.marks;

/** The one rule for names of shards and nodes: short, and safe in URLs, headers and logs. */
public final class Labels {

  static final int MAX_LENGTH = 63;

  private Labels() {}

  /** The label, if it is one. */
  public static String check(String what, String label) {
    if (!isLabel(label)) {
      throw new IllegalArgumentException(
          what + " has 1 to " + MAX_LENGTH + " letters, digits, '_', '-' or '.'");
    }
    return label;
  }

  /** Whether it is one. */
  public static boolean isLabel(String label) {
    if (label.isEmpty() || label.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < label.length(); i++) {
      char c = label.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && "_-.".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
