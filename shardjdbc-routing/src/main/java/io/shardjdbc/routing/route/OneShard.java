package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One shard answers. Its update count and rows are the caller's.
 *
 * @param session what the logical connection does before the statement runs
 */
public record OneShard(
    Effect effect,
    ShardStatement only,
    KeyHashes keys,
    boolean primary,
    @Nullable SessionCommand session,
    List<List<String>> written)
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
  public Merge merge() {
    return Merge.ONE_AFTER_ANOTHER;
  }

  @Override
  public boolean isMovable() {
    return false;
  }

  @Override
  public OneShard with(List<ShardStatement> texts) {
    return new OneShard(effect, texts.get(0), keys, primary, session, written);
  }

  @Override
  public OneShard onPrimary() {
    return new OneShard(effect, only, keys, true, session, written);
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.oneShard(this);
  }
}
