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

  private static final Pattern GROUPED = Pattern.compile("\\b(?:by|ignoring) \\(([\\w, ]+)\\)");

  private static final Pattern CHOSEN = Pattern.compile("[{,]\\s*(\\w+)\\s*(?:=|!=|=~|!~)\\s*\"");

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

  /** The metrics that an expression reads. */
  static Set<String> metrics(String expression) {
    Set<String> metrics = new TreeSet<>();
    METRIC.matcher(expression).results().map(MatchResult::group).forEach(metrics::add);
    return metrics;
  }

  /** The labels by which an expression groups and chooses, but for those that Prometheus adds. */
  static Set<String> labels(String expression) {
    Set<String> labels = new TreeSet<>();
    GROUPED
        .matcher(expression)
        .results()
        .flatMap(by -> Stream.of(by.group(1).split(",")))
        .map(String::strip)
        .forEach(labels::add);
    CHOSEN.matcher(expression).results().map(label -> label.group(1)).forEach(labels::add);
    labels.removeAll(Set.of("instance", "job"));
    return labels;
  }
}
