package io.shardjdbc.routing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * SQL names as people write them in configurations: read as PostgreSQL reads them, and written
 * back.
 */
public final class Identifiers {
  private static final int MAX_BYTES = 63;
  private static final Pattern PART =
      Pattern.compile("\"(?<quoted>(?:[^\"\\x00]|\"\")+)\"|(?<plain>[\\p{L}_][\\p{L}0-9_$]*)");

  private Identifiers() {}

  /**
   * The parts of a name, outermost first: unquoted ones in lower case, those in double quotes as
   * written, {@code app."Order Lines"} being {@code [app, Order Lines]}.
   *
   * @throws RoutingException {@link ErrorCode#BAD_CONFIGURATION} when it is not a name in SQL
   */
  public static List<String> parse(String name) {
    List<String> parts = parts(name);
    if (parts.isEmpty()) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "'" + name + "' is not a name in SQL (put double quotes round unusual ones)");
    }
    if (!parts.stream().allMatch(Identifiers::isWhole)) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          String.format(
              Locale.ROOT,
              "'%s' has a part of more than %d bytes, which PostgreSQL cuts",
              name,
              MAX_BYTES));
    }
    return parts;
  }

  /** The parts of a text that is a name in SQL; empty where it is none. */
  public static Optional<List<String>> find(String text) {
    return Optional.of(parts(text))
        .filter(parts -> !parts.isEmpty() && parts.stream().allMatch(Identifiers::isWhole));
  }

  /** The parts of a name; none where it is no name. */
  private static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    Matcher part = PART.matcher(name);
    int at = 0;
    while (part.find(at) && part.start() == at) {
      String quoted = part.group("quoted");
      parts.add(quoted == null ? fold(part.group("plain")) : quoted.replace("\"\"", "\""));
      at = part.end();
      if (at == name.length()) {
        return List.copyOf(parts);
      }
      if (name.charAt(at) != '.') {
        break;
      }
      at++;
    }
    return List.of();
  }

  private static boolean isWhole(String part) {
    return part.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }

  /** A name written back: a part that needs no quotes has none. */
  public static String display(List<String> parts) {
    if (parts.size() == 1) {
      return displayPart(parts.get(0));
    }
    return parts.stream().map(Identifiers::displayPart).collect(Collectors.joining("."));
  }

  private static String displayPart(String part) {
    return isPlain(part) ? part : quote(part);
  }

  private static boolean isPlain(String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      boolean starts = (c >= 'a' && c <= 'z') || c == '_';
      if (!starts && (i == 0 || !((c >= '0' && c <= '9') || c == '$'))) {
        return false;
      }
    }
    return !part.isEmpty();
  }

  /** One part in double quotes, whatever it contains. */
  public static String quote(String part) {
    return '"' + part.replace("\"", "\"\"") + '"';
  }

  /** The server folds ASCII letters only, in UTF-8. */
  private static String fold(String part) {
    return part.chars()
        .map(c -> 'A' <= c && c <= 'Z' ? c + ('a' - 'A') : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
