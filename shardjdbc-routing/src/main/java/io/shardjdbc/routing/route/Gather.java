package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * The caller's own statement runs on one shard over rows that are first fetched from the others.
 *
 * @param stages what is fetched; possibly nothing
 * @param overArrays the form for few rows: every stage is a common table over {@code unnest} of
 *     text arrays, whose markers come first, stage by stage and column by column, then the caller's
 * @param overTables the form for many rows: every stage is a temporary table of its name and
 *     columns, and only the caller's markers are there
 */
public record Gather(
    Effect effect,
    boolean primary,
    List<Stage> stages,
    ShardStatement overArrays,
    ShardStatement overTables)
    implements SteppedRoute {

  public Gather {
    stages = List.copyOf(stages);
  }

  @Override
  public KeyHashes keys() {
    return KeyHashes.any();
  }

  @Override
  public List<List<String>> written() {
    return List.of();
  }

  @Override
  public List<ShardId> shards() {
    return List.of(overArrays.shard());
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
  public Gather onPrimary() {
    return new Gather(effect, true, stages, overArrays, overTables);
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.gather(this);
  }
}
