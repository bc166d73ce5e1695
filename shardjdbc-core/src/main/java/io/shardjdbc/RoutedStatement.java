package io.shardjdbc;

import io.shardjdbc.routing.Merge;
import io.shardjdbc.routing.Plan;
import io.shardjdbc.routing.Route;

/**
 * One execution of a statement and where it goes. Immutable; it holds no values.
 *
 * @param plan what is decided from the text alone: {@link Plan#sql()}, {@link Plan#explain()}
 * @param route where this execution goes
 */
public record RoutedStatement(Plan plan, Route route) {

  /** Whether it runs on several shards, or fetches from several shards. */
  public boolean isOverSeveralShards() {
    return route.statements().size() > 1 || isGathered();
  }

  /** Whether rows of several shards are brought to one, which answers. */
  public boolean isGathered() {
    return route.merge() instanceof Merge.Gather;
  }
}
