package io.shardjdbc.observe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What statements over several shards have cost, text by text. Bounded: where there are too many
 * texts, the ones that come last are not counted. Thread-safe.
 */
final class CrossShardCosts {

  private static final int MOST_LINES = 10;
  private static final String EVERY_SHARD = ": every shard";
  private static final String BECAUSE = "because of ";

  private final int mostTexts;
  private Map<String, Cost> costs = new HashMap<>();

  private static final class Cost {
    final RoutedStatement route;
    long count;
    Duration took = Duration.ZERO;

    Cost(RoutedStatement route) {
      this.route = route;
    }
  }

  CrossShardCosts(int mostTexts) {
    this.mostTexts = mostTexts;
  }

  synchronized void add(String text, RoutedStatement route, Duration took) {
    Cost cost = costs.get(text);
    if (cost == null && costs.size() < mostTexts) {
      cost = new Cost(route);
      costs.put(text, cost);
    }
    if (cost != null) {
      cost.count++;
      cost.took = cost.took.plus(took);
    }
  }

  /** The costliest, one line each, and forgets all. */
  List<String> take() {
    Map<String, Cost> all;
    synchronized (this) {
      all = costs;
      costs = new HashMap<>();
    }
    return all.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Cost> entry) -> entry.getValue().took)
                .reversed())
        .limit(MOST_LINES)
        .map(entry -> line(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static String line(String text, Cost cost) {
    return String.format(
        Locale.ROOT,
        "%d times, %d ms in all, %s over %d shards: %s -- %s",
        cost.count,
        cost.took.toMillis(),
        cost.route.way().label(),
        cost.route.shards().size(),
        text,
        advice(cost.route.plan()));
  }

  /** The plan says which tables have no key given, and why rows were gathered. */
  private static String advice(String plan) {
    List<String> advice = new ArrayList<>();
    for (String line : plan.lines().map(String::strip).toList()) {
      if (line.endsWith(EVERY_SHARD)) {
        String table = line.substring(0, line.length() - EVERY_SHARD.length());
        advice.add("give the shard key of " + table + ", or join it by the key");
      } else if (line.startsWith(BECAUSE)) {
        advice.add("rows come together because of " + line.substring(BECAUSE.length()));
      }
    }
    return advice.isEmpty()
        ? "its keys are given, and live on several shards"
        : String.join("; ", advice);
  }
}
