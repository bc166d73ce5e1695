package io.shardjdbc.routing;

import java.util.List;

/** The remainder of the key, or of its hash, by the number of shards. */
record ModuloPlacement(List<ShardId> shards) implements Placement {

  ModuloPlacement {
    shards = List.copyOf(shards);
    ShardLists.check("modulo", shards);
  }

  @Override
  public ShardId shardOf(Key key) {
    long number = key instanceof Key.OfLong integer ? integer.value() : KeyHash.postgres().of(key);
    return shards.get(Math.floorMod(number, shards.size()));
  }

  @Override
  public String describe() {
    return "key modulo " + shards.size();
  }
}
