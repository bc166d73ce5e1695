package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * A write that each shard carries out over its own rows, with rows of other tables that are fetched
 * first and given to all of them.
 *
 * @param write in each of its statements the first markers are the stages' arrays, stage by stage
 *     and column by column as in {@link Gather}; the caller's follow
 */
public record Broadcast(List<Stage> stages, DirectRoute write) implements SteppedRoute {

  public Broadcast {
    stages = List.copyOf(stages);
  }

  @Override
  public Effect effect() {
    return write.effect();
  }

  @Override
  public KeyHashes keys() {
    return write.keys();
  }

  @Override
  public boolean primary() {
    return write.primary();
  }

  @Override
  public List<List<String>> written() {
    return write.written();
  }

  @Override
  public List<ShardId> shards() {
    return write.shards();
  }

  @Override
  public boolean isOverSeveralShards() {
    return true;
  }

  @Override
  public boolean copiesRows() {
    return true;
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.broadcast(this);
  }
}
