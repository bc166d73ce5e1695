package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * Each shard groups its own rows; one of them puts the groups together and finishes the statement.
 *
 * @param parts asks the shards. What each answers has {@code width} columns of text, and as many
 *     behind them that are NULL and show the types of the former
 * @param tables the tables whose rows are grouped, for messages
 * @param ofRows whether the groups are rows of the tables, so that this is a way of gathering
 * @param home the shard that finishes; another may do so if it does not answer
 */
public record Regroup(
    ManyShards parts, String tables, int width, boolean ofRows, ShardId home, Finish finish)
    implements SteppedRoute {

  @Override
  public Effect effect() {
    return parts.effect();
  }

  @Override
  public KeyHashes keys() {
    return parts.keys();
  }

  @Override
  public boolean primary() {
    return parts.primary();
  }

  @Override
  public List<List<String>> written() {
    return parts.written();
  }

  @Override
  public List<ShardId> shards() {
    return parts.shards();
  }

  @Override
  public boolean isOverSeveralShards() {
    return true;
  }

  @Override
  public boolean isMergedLater() {
    return true;
  }

  @Override
  public boolean copiesRows() {
    return false;
  }

  @Override
  public Regroup onPrimary() {
    return new Regroup(parts.onPrimary(), tables, width, ofRows, home, finish);
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.regroup(this);
  }
}
