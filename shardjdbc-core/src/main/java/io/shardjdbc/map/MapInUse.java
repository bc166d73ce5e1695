package io.shardjdbc.map;

import io.shardjdbc.routing.ShardMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A map, and how much runs by it.
 *
 * <p>Uses are counted by two numbers that only grow, since one that goes up and down cannot be
 * spread over the processors and still be read exactly. Those that have ended are read first: if as
 * many have begun by the time that these are read, none was under way in between.
 */
public final class MapInUse {

  private final CurrentMap owner;
  private final ShardMap map;
  private final LongAdder begun = new LongAdder();
  private final LongAdder ended = new LongAdder();

  MapInUse(CurrentMap owner, ShardMap map) {
    this.owner = owner;
    this.map = map;
  }

  public ShardMap map() {
    return map;
  }

  /** One use more, by somebody who has one already. */
  public MapInUse again() {
    begin();
    return this;
  }

  void begin() {
    begun.increment();
  }

  /** Ends one use. */
  public void release() {
    ended.increment();
    if (!owner.isCurrent(this)) {
      owner.ended();
    }
  }

  boolean isUnused() {
    long over = ended.sum();
    return over == begun.sum();
  }

  @Override
  public String toString() {
    return map.toString();
  }
}
