package io.shardjdbc.tests.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A dashboard or a file of rules that the documentation gives to people. */
record PublishedRules(String name, List<String> expressions) {

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:shard|cross|scatter|hikaricp)_[a-z_]+\\b");

  static List<PublishedRules> all() {
    try (Stream<Path> files = Files.list(Path.of("../docs/observability"))) {
      return files
          .filter(file -> !file.toString().endsWith(".test.yaml"))
          .sorted()
          .map(PublishedRules::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JSON is YAML. */
  private static PublishedRules read(Path file) {
    try {
      Object root = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
      List<String> expressions = new ArrayList<>();
      collect(root, expressions);
      return new PublishedRules(file.getFileName().toString(), expressions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(Object node, List<String> expressions) {
    if (node instanceof List<?> list) {
      list.forEach(entry -> collect(entry, expressions));
    } else if (node instanceof Map<?, ?> map) {
      if (map.get("expr") instanceof String expression) {
        expressions.add(expression);
      }
      map.values().forEach(entry -> collect(entry, expressions));
    }
  }

  Set<String> metrics() {
    Set<String> metrics = new TreeSet<>();
    expressions.forEach(
        e -> METRIC.matcher(e).results().map(MatchResult::group).forEach(metrics::add));
    return metrics;
  }
}
