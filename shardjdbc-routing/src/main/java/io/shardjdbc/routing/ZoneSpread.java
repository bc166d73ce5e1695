package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Chooses shards so that no zone comes again before every other has come as often. */
final class ZoneSpread {
  private ZoneSpread() {}

  /**
   * The first so many of the candidates, zones taking turns; without zones, in the order given.
   *
   * @param candidates distinct shards, the preferred ones first
   */
  static List<ShardId> choose(List<HashRing.Node> candidates, int count) {
    List<HashRing.Node> left = new ArrayList<>(candidates);
    Map<String, Integer> timesChosen = new HashMap<>();
    List<ShardId> chosen = new ArrayList<>(count);
    while (chosen.size() < count) {
      // The first of the least: min keeps the earlier of equals.
      HashRing.Node next =
          left.stream()
              .min(Comparator.comparingInt(node -> timesChosen.getOrDefault(zoneOf(node), 0)))
              .orElseThrow();
      left.remove(next);
      timesChosen.merge(zoneOf(next), 1, Integer::sum);
      chosen.add(next.shard());
    }
    return List.copyOf(chosen);
  }

  private static String zoneOf(HashRing.Node node) {
    return node.zone().map(zone -> "zone " + zone).orElse("shard " + node.shard());
  }
}
