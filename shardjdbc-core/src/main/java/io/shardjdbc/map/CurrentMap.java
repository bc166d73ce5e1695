package io.shardjdbc.map;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The map that statements are routed by now.
 *
 * <p>A map is never changed: another one takes its place, and from then on everybody who asks gets
 * that. Who has begun by the old one ends by it. As in read-copy-update (P. McKenney, J. Slingwine,
 * 1998), readers pay two counters and wait for nobody, and whoever wants to give up what an old map
 * needed waits until its last reader has ended.
 *
 * <p>Thread-safe.
 */
public final class CurrentMap {

  private final Deque<Superseded> old = new ArrayDeque<>();
  private final Set<ShardId> leaving = new LinkedHashSet<>();
  private volatile MapInUse current;

  public CurrentMap(ShardMap first) {
    this.current = new MapInUse(this, first);
  }

  /** The map of this moment, for whoever needs it for one look. */
  public ShardMap get() {
    return current.map();
  }

  /** The shards of this moment, in their fixed order. */
  public List<ShardId> shards() {
    return get().shards();
  }

  /**
   * The shards of this moment, and behind them those that have left the map and are not let go: by
   * an earlier map something may still run there, or be prepared.
   */
  public synchronized List<ShardId> withLeaving() {
    List<ShardId> all = new ArrayList<>(shards());
    all.addAll(leaving);
    return List.copyOf(all);
  }

  /** The shards that have left the map, and by whose maps nothing runs any more. */
  public synchronized List<ShardId> unused() {
    return leaving.stream()
        .filter(shard -> old.stream().noneMatch(before -> before.has(shard)))
        .toList();
  }

  /**
   * Lets a shard go that has left the map.
   *
   * @return whether it had: it may be in the map again
   */
  public synchronized boolean letGo(ShardId shard) {
    return leaving.remove(shard);
  }

  /** The current map, to be used for as long as its {@link MapInUse#release()} is not called. */
  public MapInUse take() {
    while (true) {
      MapInUse now = current;
      now.begin();
      if (now == current) {
        return now; // who replaces it after this sees that it is in use
      }
      now.release();
    }
  }

  /** The map of the earliest epoch by which something runs still. */
  public synchronized ShardMap oldestInUse() {
    for (Superseded before : old) {
      if (!before.map().isUnused()) {
        return before.map().map();
      }
    }
    return get();
  }

  /**
   * Puts another map into the place of the current one.
   *
   * @param next of an epoch that follows the current one
   * @param unused is run once, by whichever thread, when nothing runs by an earlier map any more
   */
  public void install(ShardMap next, Runnable unused) throws SQLException {
    synchronized (this) {
      MapInUse before = current;
      if (!next.epoch().follows(before.map().epoch())) {
        throw SqlErrors.of(
            ErrorCode.USAGE, next.epoch() + " does not follow " + before.map().epoch());
      }
      old.add(new Superseded(before, unused));
      leaving.addAll(before.map().shards());
      next.shards().forEach(leaving::remove);
      current = new MapInUse(this, next);
    }
    ended();
  }

  boolean isCurrent(MapInUse use) {
    return use == current;
  }

  /** Gives up what only maps needed that nobody uses any more. */
  void ended() {
    Runnable action;
    while ((action = nextUnused()) != null) {
      action.run();
    }
  }

  private synchronized @Nullable Runnable nextUnused() {
    Superseded first = old.peek();
    if (first == null || !first.map().isUnused()) {
      return null;
    }
    old.remove();
    return first.unused();
  }

  /** A map that nobody takes any more, and what to do when nobody uses it or an earlier one. */
  private record Superseded(MapInUse map, Runnable unused) {
    boolean has(ShardId shard) {
      return map.map().shards().contains(shard);
    }
  }
}
