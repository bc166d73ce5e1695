package io.shardjdbc.testkit.twin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Things of which there may be several alike, in no order. Not thread-safe. */
final class Bag<T> {

  private static final int SHOWN = 10;

  private final Map<T, Integer> counts = new LinkedHashMap<>();

  static <T> Bag<T> of(Collection<? extends T> elements) {
    Bag<T> bag = new Bag<>();
    elements.forEach(bag::add);
    return bag;
  }

  void add(T element) {
    counts.merge(element, 1, Integer::sum);
  }

  /** Takes one away; false if there was none. */
  boolean remove(T element) {
    Integer count = counts.get(element);
    if (count == null) {
      return false;
    }
    if (count == 1) {
      counts.remove(element);
    } else {
      counts.put(element, count - 1);
    }
    return true;
  }

  /** What is here and not there, counting those that are alike. */
  private List<T> without(Bag<T> other) {
    List<T> rest = new ArrayList<>();
    counts.forEach(
        (element, count) -> {
          for (int i = other.counts.getOrDefault(element, 0); i < count; i++) {
            rest.add(element);
          }
        });
    return rest;
  }

  /** What the other has too little and too much, in words. */
  String difference(Bag<T> other) {
    return "missing: " + shown(without(other)) + "\n  too many: " + shown(other.without(this));
  }

  private static String shown(List<?> elements) {
    StringBuilder text = new StringBuilder(elements.isEmpty() ? "none" : "");
    elements.stream().limit(SHOWN).forEach(element -> text.append("\n    ").append(element));
    return text.append(elements.size() > SHOWN ? "\n    ..." : "").toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bag<?> bag && bag.counts.equals(counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }
}
