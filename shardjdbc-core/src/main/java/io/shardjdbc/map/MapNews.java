package io.shardjdbc.map;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;

/** Whoever learns that the map has changed. Thread-safe. */
public interface MapNews {

  /** Of a map that does not change. */
  MapNews NONE =
      new MapNews() {
        @Override
        public void awaitAfter(ShardMap used) {}

        @Override
        public void reopen(ShardId shard) {}
      };

  /**
   * Looks for another map than this, and waits a moment for it; who has been told that rows have
   * moved asks again until there is one.
   */
  void awaitAfter(ShardMap used);

  /** Asks a shard to give back what is held on it, if nobody moves its rows any more. */
  void reopen(ShardId shard);
}
