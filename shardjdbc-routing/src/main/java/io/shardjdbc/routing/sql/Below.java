package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes below one that has them in several parts: they are asked without a list of them, for
 * trees are walked many times.
 */
final class Below {

  private Below() {}

  /** Whether there is such a part, and it is such. */
  static boolean is(@Nullable Node part, Predicate<? super Node> such) {
    return part != null && such.test(part);
  }

  /** Whether one of a list is such. */
  static boolean any(List<? extends Node> parts, Predicate<? super Node> such) {
    for (int i = 0; i < parts.size(); i++) { // an iterator a node is a seventh of the garbage
      if (such.test(parts.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** A list of them, of a node that answers {@link Node#anyChild} for itself. */
  static List<Node> of(Node node) {
    List<Node> all = new ArrayList<>(4);
    node.eachChild(all::add);
    return all;
  }
}
