package io.shardjdbc;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.util.List;

/**
 * One execution of a statement and where it goes. Immutable; it holds no values.
 *
 * @param sql the statement's text
 * @param plan what is decided from the text alone, in words
 * @param shards the shards that run statements of it; those that may, where that depends on rows
 *     which are looked up first
 * @param isOverSeveralShards whether it runs on several shards, or needs rows of several
 * @param isGathered whether rows are first copied to where it runs
 */
public record RoutedStatement(
    String sql,
    String plan,
    List<ShardId> shards,
    boolean isOverSeveralShards,
    boolean isGathered) {

  static RoutedStatement of(Plan plan, Route route) {
    return new RoutedStatement(
        plan.sql(),
        plan.explain(),
        route.shards(),
        route.isOverSeveralShards(),
        route.copiesRows());
  }
}
