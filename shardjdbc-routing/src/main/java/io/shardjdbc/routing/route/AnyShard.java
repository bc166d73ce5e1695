package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every shard would answer alike, as for a reference table or no table: the route names one, and
 * the executor may take another, for instance one whose connection it holds.
 *
 * @param session what the logical connection does before the statement runs
 * @param sight what it looks at there
 */
public record AnyShard(
    Effect effect,
    ShardStatement only,
    KeyHashes keys,
    boolean primary,
    @Nullable SessionCommand session,
    @Override Sight sight)
    implements DirectRoute {

  @Override
  public List<ShardStatement> statements() {
    return List.of(only);
  }

  @Override
  public List<ShardId> shards() {
    return List.of(only.shard());
  }

  @Override
  public boolean isSingle() {
    return true;
  }

  @Override
  public boolean isCallersText() {
    return only.isUnchanged();
  }

  @Override
  public List<List<String>> written() {
    return List.of();
  }

  @Override
  public Merge merge() {
    return Merge.ONE_AFTER_ANOTHER;
  }

  @Override
  public boolean isMovable() {
    return true;
  }

  @Override
  public AnyShard with(List<ShardStatement> texts) {
    return new AnyShard(effect, texts.get(0), keys, primary, session, sight);
  }

  @Override
  public AnyShard onPrimary() {
    return new AnyShard(effect, only, keys, true, session, sight);
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.anyShard(this);
  }
}
