package io.shardjdbc.tests.observe;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus reads of a registry: the names of its metrics, and the labels of each. */
record Scrape(Map<String, Set<String>> labels) {

  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]\\w*)(?:\\{(.*)})? \\S+$");

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  static Scrape of(PrometheusMeterRegistry registry) {
    Map<String, Set<String>> labels = new HashMap<>();
    Matcher sample = SAMPLE.matcher(registry.scrape());
    while (sample.find()) {
      Set<String> of = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
      if (sample.group(2) != null) {
        LABEL.matcher(sample.group(2)).results().map(label -> label.group(1)).forEach(of::add);
      }
    }
    return new Scrape(labels);
  }

  /** All labels of these metrics. */
  Set<String> labelsOf(Set<String> metrics) {
    Set<String> all = new TreeSet<>();
    metrics.forEach(metric -> all.addAll(labels.getOrDefault(metric, Set.of())));
    return all;
  }
}
