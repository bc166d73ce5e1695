package io.shardjdbc.routing.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** How configurations' words are listed, and which one was meant. */
final class Names {
  private Names() {}

  static String list(Collection<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }

  static String oneOf(Collection<String> names) {
    return String.join(" or ", names.stream().sorted().toList());
  }

  /** {@code "; did you mean NAME?"} with the nearest of the names, or nothing when none is near. */
  static String suggestion(String word, Collection<String> names) {
    String folded = word.toLowerCase(Locale.ROOT);
    return names.stream()
        .min(
            Comparator.comparingInt((String name) -> apart(folded, name))
                .thenComparing(Comparator.naturalOrder()))
        .filter(name -> apart(folded, name) <= Math.max(1, name.length() / 3))
        .map(name -> "; did you mean " + name + "?")
        .orElse("");
  }

  /** The beginning of a name is as near as one slip of the finger. */
  private static int apart(String folded, String name) {
    boolean begun = folded.length() > 2 && name.toLowerCase(Locale.ROOT).startsWith(folded);
    return Math.min(begun ? 1 : Integer.MAX_VALUE, distance(folded, name));
  }

  /** How many letters to insert, delete or change (Levenshtein's distance), whatever their case. */
  private static int distance(String folded, String name) {
    String other = name.toLowerCase(Locale.ROOT);
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= folded.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (folded.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
