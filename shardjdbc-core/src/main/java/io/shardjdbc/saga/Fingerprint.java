package io.shardjdbc.saga;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a definition's steps are, in one short text.
 *
 * <p>It is kept with each saga that is begun, and only a definition of the same fingerprint goes on
 * with it: the journal knows steps by their names, so a renamed one would be done again, and one
 * that was put in or taken out would shift what is undone. What it covers is what the journal
 * depends on: names, order and groups of steps, the tables that place them, and which of them can
 * be undone. Deadlines and retries may change.
 */
final class Fingerprint {

  private Fingerprint() {}

  static <S> String of(String name, int version, List<List<Step<S>>> groups) {
    StringBuilder text = new StringBuilder();
    part(text, name);
    part(text, Integer.toString(version));
    for (List<Step<S>> group : groups) {
      part(text, "group of " + group.size());
      for (Step<S> step : group) {
        part(text, step.name());
        part(text, step.key().table());
        part(text, Integer.toString(step.key().values().size()));
        part(text, Boolean.toString(step.compensation() != null));
      }
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** With its length, so that no two lists of parts are one text. */
  private static void part(StringBuilder text, String part) {
    text.append(part.length()).append(':').append(part);
  }
}
