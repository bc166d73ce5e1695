package io.shardjdbc.spring.boot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Properties as the text of a configuration file, so that what a file can say, and how its faults
 * are told, holds for properties, too.
 *
 * <p>Keys may be written {@code like-this}. A map whose keys are 0, 1, 2 is the list that it was.
 *
 * <p>The order of shards is a part of where rows lie, and properties of several sources come in no
 * order that anybody sees: an environment variable that overrides one shard's password would put
 * that shard first. So shards are ordered by their names, numbers in them as numbers.
 */
final class PropertiesYaml {

  private static final String SHARDS = "shards";

  /** What is said to the starter and not to the DataSource. */
  private static final Set<String> OF_STARTER =
      Set.of(
          "config",
          "username",
          "password",
          "health",
          "metrics",
          "telemetry",
          "log",
          "causal-token",
          "causalToken");

  /** What is said to the DataSource. */
  private static final Set<String> KNOWN =
      Set.of(
          SHARDS,
          "tables",
          "placement",
          "functions",
          "reads",
          "pool",
          "transactions",
          "scatter",
          "gather",
          "ids",
          "schema",
          "tenantGuard");

  /** Below these, keys are names that the application has chosen. */
  private static final Set<String> NAMING =
      Set.of(SHARDS, "tables", "functions", "weights", "directory", "below", "keys");

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern DIGITS = Pattern.compile("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)");

  private final StringBuilder text = new StringBuilder();

  private PropertiesYaml() {}

  /** Whether it is said to the DataSource, and not to anything else. */
  static boolean isKnown(String key) {
    return KNOWN.contains(camelCase(key));
  }

  static String of(Map<String, Object> properties) {
    Map<String, Object> told = new LinkedHashMap<>(properties);
    told.keySet().removeAll(OF_STARTER);
    PropertiesYaml yaml = new PropertiesYaml();
    yaml.map(told, "");
    return yaml.text.toString();
  }

  private void value(Object value, String under) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      map.forEach((key, entry) -> entries.put(String.valueOf(key), entry));
      List<Object> list = NAMING.contains(under) ? null : list(entries);
      if (list == null) {
        map(entries, under);
      } else {
        list(list);
      }
    } else if (value instanceof List<?> list) {
      list(list);
    } else {
      scalar(String.valueOf(value));
    }
  }

  private void map(Map<String, Object> entries, String under) {
    Map<String, Object> ordered = entries;
    if (under.equals(SHARDS)) {
      ordered = new TreeMap<>(Comparator.comparing(PropertiesYaml::padded));
      ordered.putAll(entries);
    }
    text.append('{');
    String between = "";
    for (Map.Entry<String, Object> entry : ordered.entrySet()) {
      String key = NAMING.contains(under) ? entry.getKey() : camelCase(entry.getKey());
      text.append(between);
      quoted(key);
      text.append(": ");
      value(entry.getValue(), key);
      between = ", ";
    }
    text.append('}');
  }

  private void list(List<?> entries) {
    text.append('[');
    String between = "";
    for (Object entry : entries) {
      text.append(between);
      value(entry, "");
      between = ", ";
    }
    text.append(']');
  }

  private static @Nullable List<Object> list(Map<String, Object> entries) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Object entry = entries.get(Integer.toString(i));
      if (entry == null) {
        return null;
      }
      list.add(entry);
    }
    return list.isEmpty() ? null : list;
  }

  /** Numbers and truths are words without quotes; everything else is a string. */
  private void scalar(String value) {
    if (value.equals("true") || value.equals("false") || NUMBER.matcher(value).matches()) {
      text.append(value);
    } else {
      quoted(value);
    }
  }

  private void quoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> text.append(c);
      }
    }
    text.append('"');
  }

  private static String camelCase(String key) {
    StringBuilder name = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '-') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return name.toString();
  }

  private static String padded(String name) {
    StringBuilder all = new StringBuilder();
    for (String part : DIGITS.split(name, -1)) {
      boolean number = !part.isEmpty() && Character.isDigit(part.charAt(0));
      all.append(number ? "0".repeat(Math.max(0, 18 - part.length())) : "").append(part);
    }
    return all + "\0" + name;
  }
}
