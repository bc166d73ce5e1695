package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route whose statements can be sent as they are, all at once. */
public sealed interface DirectRoute extends Route permits OneShard, AnyShard, ManyShards {

  /** At least one, at most one a shard, in the fixed order of the shards. */
  List<ShardStatement> statements();

  /** How the answers become one. Those of one shard follow each other. */
  Merge merge();

  /** Whether another shard would answer alike, and may be asked instead. */
  boolean isMovable();

  /** What it looks at where it is {@linkplain #isMovable() movable}; null where it is not. */
  default @Nullable Sight sight() {
    return null;
  }

  /** The same with other texts, shard by shard. */
  DirectRoute with(List<ShardStatement> texts);

  /** The same, to be run on primaries only. */
  @Override
  DirectRoute onPrimary();

  /** Whether one shard answers alone. */
  default boolean isSingle() {
    return statements().size() == 1;
  }

  /** The only statement of a {@linkplain #isSingle() single} route. */
  default ShardStatement only() {
    List<ShardStatement> all = statements();
    if (all.size() != 1) {
      throw new IllegalStateException("the route has " + all.size() + " shards");
    }
    return all.get(0);
  }

  @Override
  default List<ShardId> shards() {
    return isSingle()
        ? List.of(only().shard())
        : statements().stream().map(ShardStatement::shard).toList();
  }

  @Override
  default boolean isOverSeveralShards() {
    return !isSingle();
  }

  @Override
  default boolean isCallersText() {
    for (ShardStatement statement : statements()) {
      if (!statement.isUnchanged()) {
        return false;
      }
    }
    return true;
  }

  @Override
  default boolean isAlikeOnAll() {
    return merge().isAlikeOnAll();
  }

  @Override
  default boolean copiesRows() {
    return false;
  }

  @Override
  default DirectRoute direct() {
    return this;
  }

  @Override
  default Route withRowsToChange() {
    return isSingle()
        ? new OneShard(Effect.WRITE, only(), KeyHashes.any(), true, session(), written())
        : this;
  }
}
