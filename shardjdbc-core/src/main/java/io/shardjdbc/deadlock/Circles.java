package io.shardjdbc.deadlock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds those who wait for each other in a circle: the strongly connected components of the graph
 * of waits (R. Tarjan, 1972).
 *
 * <p>Whoever waits needs all whom he waits for to go on, so that nobody in such a component ever
 * will.
 */
final class Circles {

  private final Map<String, List<Wait>> from = new LinkedHashMap<>();
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, Integer> low = new HashMap<>();
  private final Deque<String> stack = new ArrayDeque<>();
  private final List<List<Wait>> found = new ArrayList<>();

  private Circles(List<Wait> waits) {
    for (Wait wait : waits) {
      from.computeIfAbsent(wait.waiter().node(), n -> new ArrayList<>()).add(wait);
    }
  }

  /** The waits of each circle that no server can see as a whole. */
  static List<List<Wait>> in(List<Wait> waits) {
    Circles circles = new Circles(waits);
    for (String node : List.copyOf(circles.from.keySet())) {
      if (!circles.index.containsKey(node)) {
        circles.visit(node);
      }
    }
    return circles.found.stream().filter(Circles::isNoServersOwn).toList();
  }

  /** As many who wait in one circle are few, so it may call itself. */
  private void visit(String node) {
    index.put(node, index.size());
    low.put(node, index.get(node));
    stack.push(node);
    for (Wait wait : from.getOrDefault(node, List.of())) {
      String next = wait.holder().node();
      if (!index.containsKey(next)) {
        visit(next);
        low.merge(node, low.getOrDefault(next, Integer.MAX_VALUE), Math::min);
      } else if (stack.contains(next)) {
        low.merge(node, index.getOrDefault(next, Integer.MAX_VALUE), Math::min);
      }
    }
    if (low.get(node).equals(index.get(node))) {
      take(node);
    }
  }

  private void take(String root) {
    List<String> members = new ArrayList<>();
    String member;
    do {
      member = stack.pop();
      members.add(member);
    } while (!member.equals(root));
    Set<String> all = Set.copyOf(members);
    List<Wait> inside =
        members.stream()
            .flatMap(one -> from.getOrDefault(one, List.of()).stream())
            .filter(wait -> all.contains(wait.holder().node()))
            .toList();
    if (!inside.isEmpty()) {
      found.add(inside);
    }
  }

  /**
   * Whether a server's own detector cannot see it: it spans shards, or parts of one transaction.
   */
  private static boolean isNoServersOwn(List<Wait> circle) {
    Set<Integer> waiting =
        circle.stream().map(wait -> wait.waiter().process()).collect(Collectors.toSet());
    return circle.stream().map(Wait::shard).distinct().count() > 1
        || circle.stream().anyMatch(wait -> !waiting.contains(wait.holder().process()));
  }
}
