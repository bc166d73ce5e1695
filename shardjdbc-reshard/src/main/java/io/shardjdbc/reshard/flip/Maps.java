package io.shardjdbc.reshard.flip;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.MoveFence;
import io.shardjdbc.routing.Coming;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.MapDocument.Since;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the map says at each point of a move.
 *
 * @param back whether the rows go back to where they came from
 * @param coming the number of a move whose rows come key by key, behind the flip; else 0
 */
public record Maps(Moving moving, boolean back, int coming) {

  /** Rows come before they change their owner. */
  public Maps(Moving moving, boolean back) {
    this(moving, back, 0);
  }

  /** Rows are copied to the target, and are not its own yet. */
  public MapDocument incoming(MapDocument map) {
    Map<ShardId, Positions> hides =
        MoveFence.HIDDEN_ON_TARGET.isOut() ? placement(map).hides() : hiding(map, moving.target());
    MapDocument incoming = changed(map, hides, Map.of(), placement(map).since());
    return coming == 0
        ? incoming
        : with(
            incoming,
            List.of(new Coming(coming, moving.source(), moving.target(), moving.positions())));
  }

  /** All has come that comes key by key. */
  public MapDocument arrived(MapDocument map) {
    return with(map, List.of());
  }

  private MapDocument with(MapDocument map, List<Coming> others) {
    Positioned now = placement(map);
    List<Coming> comes = new ArrayList<>(now.comes());
    comes.removeIf(one -> one.move() == coming);
    comes.addAll(others);
    return map.with(
        moving.placement(),
        new Positioned(now.by(), now.owns(), now.hides(), now.holds(), now.since(), comes));
  }

  /** Nobody begins to touch the rows. */
  public MapDocument closed(MapDocument map) {
    Positioned now = placement(map);
    return changed(map, now.hides(), Map.of(from(), moving.positions()), now.since());
  }

  /** The rows are the other shard's. */
  public MapDocument moved(MapDocument map, String lsn) {
    Positioned now = placement(map);
    Map<ShardId, Positions> owns = new LinkedHashMap<>(now.owns());
    owns.put(from(), now.ownedBy(from()).minus(moving.positions()));
    owns.put(to(), now.ownedBy(to()).plus(moving.positions()));
    Map<ShardId, Positions> hides = without(now.hides(), to());
    if (!MoveFence.HIDDEN_ON_SOURCE.isOut()) {
      hides.merge(from(), moving.positions(), Positions::plus);
    }
    List<Since> since = new ArrayList<>(now.since());
    since.removeIf(entry -> entry.positions().equals(moving.positions()));
    since.add(new Since(to(), moving.positions(), lsn));
    return map.with(
        moving.placement(), new Positioned(now.by(), owns, hides, Map.of(), since, now.comes()));
  }

  /** There are no copies any more. */
  public MapDocument cleaned(MapDocument map) {
    Positioned now = placement(map);
    List<Since> since = new ArrayList<>(now.since());
    since.removeIf(entry -> entry.positions().equals(moving.positions()));
    Map<ShardId, Positions> hides = without(without(now.hides(), from()), to());
    MapDocument cleaned = changed(map, hides, Map.of(), since);
    return coming == 0 ? cleaned : with(cleaned, List.of());
  }

  /** What is to be done when the owner has changed. */
  public Step stepAfter() {
    return back ? Step.OWN_AGAIN : Step.OWN;
  }

  public ShardId from() {
    return back ? moving.target() : moving.source();
  }

  public ShardId to() {
    return back ? moving.source() : moving.target();
  }

  private Positioned placement(MapDocument map) {
    return map.placement(moving.placement());
  }

  private Map<ShardId, Positions> hiding(MapDocument map, ShardId shard) {
    Map<ShardId, Positions> hides = new LinkedHashMap<>(placement(map).hides());
    hides.merge(shard, moving.positions(), Positions::plus);
    return hides;
  }

  private Map<ShardId, Positions> without(Map<ShardId, Positions> sets, ShardId shard) {
    Map<ShardId, Positions> changed = new LinkedHashMap<>(sets);
    Positions left = changed.getOrDefault(shard, Positions.NONE).minus(moving.positions());
    if (left.isEmpty()) {
      changed.remove(shard);
    } else {
      changed.put(shard, left);
    }
    return changed;
  }

  private MapDocument changed(
      MapDocument map,
      Map<ShardId, Positions> hides,
      Map<ShardId, Positions> holds,
      List<Since> since) {
    Positioned now = placement(map);
    return map.with(
        moving.placement(), new Positioned(now.by(), now.owns(), hides, holds, since, now.comes()));
  }
}
