package io.shardjdbc.testkit.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * Where an expression stands.
 *
 * @param scope the relations whose columns it may name, those of queries around it included
 * @param depth how many more levels of sub-queries and functions it may have
 */
record Context(Draft draft, List<Relation> scope, int depth) {

  Context {
    scope = List.copyOf(scope);
  }

  Dice dice() {
    return draft.dice();
  }

  Context deeper() {
    return new Context(draft, scope, depth - 1);
  }

  /** Inside a sub-query with relations of its own, which sees those around it as well. */
  Context inside(List<Relation> own) {
    List<Relation> all = new ArrayList<>(own);
    all.addAll(scope);
    return new Context(draft, all, depth - 1);
  }

  /** The same place, without the relations. */
  Context alone() {
    return new Context(draft, List.of(), depth);
  }
}
