package io.shardjdbc.routing.yaml;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills {@code ${NAME}} and {@code ${NAME:-default}} in; a second dollar sign in front escapes it.
 *
 * <p>What is filled in is not looked at again: a password may contain dollar signs and braces.
 */
final class Variables {
  private static final Pattern PLACE =
      Pattern.compile(
          "\\$\\$\\{|\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<otherwise>[^}]*))?\\}|\\$\\{");

  private Variables() {}

  static String fill(String text, EnvironmentLookup environment, YamlNode node) {
    if (!text.contains("${")) {
      return text;
    }
    Matcher place = PLACE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (place.find()) {
      place.appendReplacement(filled, Matcher.quoteReplacement(value(place, environment, node)));
    }
    return place.appendTail(filled).toString();
  }

  private static String value(Matcher place, EnvironmentLookup environment, YamlNode node) {
    String name = place.group("name");
    if (name == null) {
      if (place.group().equals("$${")) {
        return "${";
      }
      throw node.fault("has a ${ that is not ${NAME} or ${NAME:-default}; write $${ for the signs");
    }
    Optional<String> value = environment.get(name);
    String otherwise = place.group("otherwise");
    if (value.isEmpty() && otherwise == null) {
      throw node.fault("needs the environment variable " + name + ", which is not set");
    }
    return value.orElse(otherwise);
  }
}
