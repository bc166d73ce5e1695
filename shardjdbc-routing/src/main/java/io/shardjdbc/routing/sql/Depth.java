package io.shardjdbc.routing.sql;

import java.util.ArrayDeque;
import java.util.Deque;

/** Measures a tree without recursion, so that those who walk it with recursion are safe. */
final class Depth {

  private Depth() {}

  private record Step(Node node, int depth) {}

  /** Refuses a tree that is deeper than {@link TokenStream#MAX_DEPTH}. */
  static void check(Node root) {
    Deque<Step> steps = new ArrayDeque<>();
    steps.push(new Step(root, 1));
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      if (step.depth > TokenStream.MAX_DEPTH) {
        throw TokenStream.tooDeep(step.node.span().start());
      }
      for (Node child : step.node.children()) {
        steps.push(new Step(child, step.depth + 1));
      }
    }
  }
}
