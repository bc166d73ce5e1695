package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import org.jspecify.annotations.Nullable;

/** The shard on which a statement is finished, among those that the map of an execution has. */
public final class Home implements Where {

  private final @Nullable ShardId fixed;
  private final int number;

  private Home(@Nullable ShardId fixed, int number) {
    this.fixed = fixed;
    this.number = number;
  }

  /** This shard and no other. */
  public static Home at(ShardId shard) {
    return new Home(shard, 0);
  }

  /** The first shard, where something must happen as often as on one server. */
  public static Home first() {
    return new Home(null, 0);
  }

  /** Any shard, by the text, so that statements spread. */
  public static Home of(String sql) {
    return new Home(null, sql.hashCode());
  }

  /** Whether it is this shard, whatever the map. */
  public boolean is(ShardId shard) {
    return shard.equals(fixed);
  }

  @Override
  public ShardId in(ShardMap map) {
    return fixed != null
        ? map.having(fixed)
        : map.shards().get(Math.floorMod(number, map.shards().size()));
  }
}
