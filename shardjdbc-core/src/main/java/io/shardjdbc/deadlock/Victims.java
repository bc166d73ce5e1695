package io.shardjdbc.deadlock;

import io.shardjdbc.deadlock.OpenMarks.Session;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who of those in a circle is to end: the youngest by whose end there is no circle any more.
 *
 * <p>Those who stand in a queue are in the circle with whoever stands behind them, but the queue
 * closes up when one of them goes. So only those count by whom the circle goes from one session to
 * another: who wait in one, and keep somebody waiting in another. There is one in each circle that
 * no server sees.
 */
final class Victims {

  private final List<Wait> circle;
  private final Map<String, Set<Session>> waiting = new HashMap<>();
  private final Map<String, Double> begins = new HashMap<>();

  private Victims(List<Wait> circle) {
    this.circle = circle;
    for (Wait wait : circle) {
      String node = wait.waiter().node();
      waiting
          .computeIfAbsent(node, n -> new LinkedHashSet<>())
          .add(new Session(wait.shard(), wait.waiter().process()));
      begins.merge(node, began(wait.waiter()), Math::min);
    }
  }

  /** The waits by which one may be ended, the best first. */
  static List<Wait> of(List<Wait> circle) {
    Victims victims = new Victims(circle);
    List<Wait> all =
        circle.stream()
            .filter(wait -> wait.waiter().number() != null)
            .filter(wait -> victims.goesOnBy(wait.waiter().node()))
            .sorted(
                Comparator.comparing(
                        (Wait w) -> victims.begins.getOrDefault(w.waiter().node(), 0.0))
                    .thenComparing(w -> w.waiter().node())
                    .reversed())
            .toList();
    List<Wait> enough = all.stream().filter(w -> victims.endsWith(w.waiter().node())).toList();
    return enough.isEmpty() ? all : enough;
  }

  /** Whether somebody waits for a session of it while another one of its waits. */
  private boolean goesOnBy(String node) {
    Set<Session> its = waiting.getOrDefault(node, Set.of());
    return circle.stream()
        .filter(wait -> wait.holder().node().equals(node))
        .map(wait -> new Session(wait.shard(), wait.holder().process()))
        .anyMatch(session -> its.stream().anyMatch(other -> !other.equals(session)));
  }

  /** Whether no circle is left without it. */
  private boolean endsWith(String node) {
    return Circles.in(
            circle.stream()
                .filter(wait -> !wait.waiter().node().equals(node))
                .filter(wait -> !wait.holder().node().equals(node))
                .toList())
        .isEmpty();
  }

  /** As its process says, which alone knows of all its parts; else as the server does. */
  private static double began(Wait.Side side) {
    Long known = side.began();
    Double there = side.startedAt();
    return known != null ? known / 1000.0 : there != null ? there : 0;
  }
}
