package io.shardjdbc.routing.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As many shards as there are statements answer, and their answers are merged.
 *
 * @param statements at least one
 */
public record ManyShards(
    Effect effect,
    List<ShardStatement> statements,
    Merge merge,
    KeyHashes keys,
    boolean primary,
    List<List<String>> written)
    implements DirectRoute {

  public ManyShards {
    statements = List.copyOf(statements);
  }

  @Override
  public @Nullable SessionCommand session() {
    return null;
  }

  @Override
  public boolean isMovable() {
    return false;
  }

  @Override
  public ManyShards with(List<ShardStatement> texts) {
    return new ManyShards(effect, texts, merge, keys, primary, written);
  }

  @Override
  public ManyShards onPrimary() {
    return new ManyShards(effect, statements, merge, keys, true, written);
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.manyShards(this);
  }
}
