package io.shardjdbc.routing;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When a {@link ShardMap} was current: the map's id, and a number that grows with each change of
 * it.
 *
 * <p>Numbers of different ids do not compare: a map that was made anew never looks newer than the
 * one that rows were written by.
 *
 * @param number 0 for the first
 */
public record MapEpoch(UUID mapId, long number) {

  /** Of a map that no server keeps: what a configuration file says. */
  public static final MapEpoch STATIC = new MapEpoch(new UUID(0, 0), 0);

  /** The next one of the same map. */
  public MapEpoch next() {
    return new MapEpoch(mapId, number + 1);
  }

  /** Whether it follows another one, of the same map or of a file that the map has replaced. */
  public boolean follows(MapEpoch before) {
    return number > before.number && (mapId.equals(before.mapId) || before.equals(STATIC));
  }

  @Override
  public String toString() {
    return mapId.equals(STATIC.mapId) ? "epoch " + number : "epoch " + number + " of map " + mapId;
  }

  @Override // by hand, as the start of a program meets it: see docs/decisions.md
  public boolean equals(@Nullable Object other) {
    return other instanceof MapEpoch that && mapId.equals(that.mapId) && number == that.number;
  }

  @Override
  public int hashCode() {
    return 31 * mapId.hashCode() + Long.hashCode(number);
  }
}
