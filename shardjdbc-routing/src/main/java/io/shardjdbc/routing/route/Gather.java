package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The caller's own statement runs on one shard over rows that are first fetched from the others.
 *
 * @param stages what is fetched; possibly nothing
 * @param overArrays the form for few rows: every stage is a common table over {@code unnest} of
 *     text arrays, whose markers come first, stage by stage and column by column, then the caller's
 * @param overTables the form for many rows: every stage is a temporary table of its name and
 *     columns, and only the caller's markers are there
 * @param inRounds how to fetch fewer rows, where each shard is seen at one moment; null where that
 *     would not help
 */
public record Gather(
    Effect effect,
    boolean primary,
    List<Stage> stages,
    ShardStatement overArrays,
    ShardStatement overTables,
    @Nullable InRounds inRounds)
    implements SteppedRoute {

  public Gather {
    stages = List.copyOf(stages);
  }

  /** One that asks for its rows in one go. */
  public Gather(
      Effect effect,
      boolean primary,
      List<Stage> stages,
      ShardStatement overArrays,
      ShardStatement overTables) {
    this(effect, primary, stages, overArrays, overTables, null);
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
    return new Gather(effect, true, stages, overArrays, overTables, inRounds);
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.gather(this);
  }
}
