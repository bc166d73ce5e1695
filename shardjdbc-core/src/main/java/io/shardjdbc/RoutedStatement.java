package io.shardjdbc;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import java.util.List;

/**
 * One execution of a statement and where it goes. Immutable; it holds no values.
 *
 * @param sql the statement's text
 * @param plan what is decided from the text alone, in words
 * @param shards the shards that run a statement of it
 * @param isGathered whether rows of several shards are brought to one, which answers
 */
public record RoutedStatement(String sql, String plan, List<ShardId> shards, boolean isGathered) {

  static RoutedStatement of(Plan plan, Route route) {
    return new RoutedStatement(
        plan.sql(),
        plan.explain(),
        route.statements().stream().map(ShardStatement::shard).toList(),
        route.merge() instanceof Merge.Gather);
  }

  /** Whether it runs on several shards, or fetches from several shards. */
  public boolean isOverSeveralShards() {
    return shards.size() > 1 || isGathered;
  }
}
