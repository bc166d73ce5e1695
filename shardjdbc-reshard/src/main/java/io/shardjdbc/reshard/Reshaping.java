package io.shardjdbc.reshard;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.Positioning;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to move so that a map comes to another shape.
 *
 * <p>Each answer is made from the map as it is now. So whoever stopped in the middle asks again,
 * and gets what is left.
 *
 * <p>How many of all integers a shard owns says nothing of its rows. So where keys are positions
 * themselves, or are listed by name, only what is named moves.
 *
 * @param map as it is now
 * @param records whether the records of sagas move too; where there are none, a shard leaves
 *     without
 */
public record Reshaping(MapDocument map, boolean records) {

  /** Less than this share of the ring is not worth a move. */
  private static final double NOTHING = 1e-9;

  /** Shards are as even as keys fall by chance; less is not worth a move to weigh them. */
  private static final double WORTH_A_MOVE = 1e-4;

  /** Without the records of sagas. */
  public Reshaping(MapDocument map) {
    this(map, false);
  }

  /**
   * A shard that has less than the others gets its part from all of them, and nothing else moves.
   */
  public List<Moving> fill(ShardId shard) {
    List<Moving> moves = new ArrayList<>();
    forEachHashed(
        (name, placement) -> {
          double even = 1.0 / map.shards().size();
          double missing = even - placement.ownedBy(shard).share();
          double surplus = 0;
          for (ShardId other : others(shard)) {
            surplus += Math.max(0, placement.ownedBy(other).share() - even);
          }
          for (ShardId other : others(shard)) {
            Positions owned = placement.ownedBy(other);
            double part = Math.max(0, owned.share() - even) * Math.min(1, missing / surplus);
            if (part > NOTHING) {
              moves.add(new Moving(name, Share.of(owned, part), other, shard));
            }
          }
        });
    return moves;
  }

  /**
   * All that a shard has goes to the others, most to those that have least.
   *
   * @throws RoutingException {@link ErrorCode#SHARD_STAYS} when it has keys of which only people
   *     know where they should go
   */
  public List<Moving> empty(ShardId shard) {
    map.placements()
        .forEach(
            (name, placement) -> {
              if (placement.by() != Positioning.HASH && !placement.ownedBy(shard).isEmpty()) {
                throw new RoutingException(
                    ErrorCode.SHARD_STAYS,
                    shard,
                    "it has keys of "
                        + name
                        + " that are placed by range or name, so move them away, or merge the shard"
                        + " into another one");
              }
            });
    List<Moving> moves = new ArrayList<>();
    forEachHashed(
        (name, placement) ->
            heirs(placement, shard)
                .forEach((other, part) -> moves.add(new Moving(name, part, shard, other))));
    return moves;
  }

  /** All that a shard has goes to one other. */
  public List<Moving> merge(ShardId shard, ShardId into) {
    List<Moving> moves = new ArrayList<>();
    forEachPlacement(
        (name, placement) -> {
          Positions owned = placement.ownedBy(shard);
          if (!owned.isEmpty()) {
            moves.add(new Moving(name, owned, shard, into));
          }
        });
    return moves;
  }

  /**
   * The map without a shard that has no rows any more: what it owned of the library's own records
   * is the others'.
   */
  public MapDocument without(ShardId shard) {
    Positioned records = map.placements().get(ShardMap.RECORDS);
    if (records == null) {
      return map.without(shard);
    }
    Map<ShardId, Positions> owns = new LinkedHashMap<>(records.owns());
    owns.remove(shard);
    heirs(records, shard).forEach((other, part) -> owns.merge(other, part, Positions::plus));
    return map.with(ShardMap.RECORDS, Positioned.of(owns)).without(shard);
  }

  /** Who gets what of a placement when a shard leaves. */
  private Map<ShardId, Positions> heirs(Positioned placement, ShardId shard) {
    Positions left = placement.ownedBy(shard);
    Map<ShardId, Positions> taken = new LinkedHashMap<>();
    List<ShardId> others = others(shard);
    double even = 1.0 / others.size();
    for (ShardId other : others) {
      double missing = even - placement.ownedBy(other).share();
      if (missing > NOTHING && !left.isEmpty()) {
        Positions part = Share.of(left, missing);
        left = left.minus(part);
        taken.put(other, part);
      }
    }
    if (!left.isEmpty()) {
      taken.merge(others.get(0), left, Positions::plus);
    }
    return taken;
  }

  /**
   * Shards that have more than their weight says give to those that have less.
   *
   * @param weights of each shard; one that is not named keeps 1
   */
  public List<Moving> weigh(Map<ShardId, Double> weights) {
    double all =
        map.shards().keySet().stream().mapToDouble(s -> weights.getOrDefault(s, 1.0)).sum();
    List<Moving> moves = new ArrayList<>();
    forEachHashed(
        (name, placement) -> {
          Map<ShardId, Double> missing = new LinkedHashMap<>();
          for (ShardId shard : map.shards().keySet()) {
            double wanted = weights.getOrDefault(shard, 1.0) / all;
            missing.put(shard, wanted - placement.ownedBy(shard).share());
          }
          for (ShardId giver : map.shards().keySet()) {
            Positions left = placement.ownedBy(giver);
            for (ShardId taker : map.shards().keySet()) {
              double amount =
                  Math.min(-missing.getOrDefault(giver, 0.0), missing.getOrDefault(taker, 0.0));
              if (amount > WORTH_A_MOVE) {
                Positions part = Share.of(left, amount);
                left = left.minus(part);
                moves.add(new Moving(name, part, giver, taker));
                missing.merge(giver, amount, Double::sum);
                missing.merge(taker, -amount, Double::sum);
              }
            }
          }
        });
    return moves;
  }

  /** Half of the positions that a shard has goes to another one. */
  public List<Moving> split(ShardId shard, ShardId to) {
    List<Moving> moves = new ArrayList<>();
    forEachHashed(
        (name, placement) -> {
          Positions owned = placement.ownedBy(shard);
          if (!owned.isEmpty()) {
            moves.add(new Moving(name, Share.of(owned, owned.share() / 2), shard, to));
          }
        });
    return moves;
  }

  /**
   * One position, which is one key and the few others that have the same, goes to another shard;
   * nothing if it is there.
   */
  public List<Moving> position(String placement, long position, ShardId to) {
    for (Map.Entry<ShardId, Positions> owner : map.placement(placement).owns().entrySet()) {
      if (owner.getValue().contains(position) && !owner.getKey().equals(to)) {
        return List.of(new Moving(placement, Positions.of(position), owner.getKey(), to));
      }
    }
    return List.of();
  }

  /** Whether a shard has a position. */
  public boolean isOwned(String placement, long position) {
    return map.placement(placement).owns().values().stream().anyMatch(p -> p.contains(position));
  }

  /**
   * The positions from one to another, of those that are not there: one move for each shard that
   * has some.
   *
   * @param last itself included
   */
  public List<Moving> range(String placement, long first, long last, ShardId to) {
    Positions wanted = Positions.of(List.of(new PositionRange(first, last)));
    List<Moving> moves = new ArrayList<>();
    map.placement(placement)
        .owns()
        .forEach(
            (owner, owned) -> {
              Positions part = owned.and(wanted);
              if (!owner.equals(to) && !part.isEmpty()) {
                moves.add(new Moving(placement, part, owner, to));
              }
            });
    return moves;
  }

  /** What is left of a range of a shard from a position on; nothing if it has none there. */
  public List<Moving> splitAt(String placement, long position, ShardId shard, ShardId to) {
    for (PositionRange range : map.placement(placement).ownedBy(shard).ranges()) {
      if (range.contains(position)) {
        PositionRange upper = new PositionRange(position, range.last());
        return List.of(new Moving(placement, Positions.of(List.of(upper)), shard, to));
      }
    }
    return List.of();
  }

  private interface Each {
    void of(String name, Positioned placement);
  }

  private void forEachPlacement(Each each) {
    map.placements()
        .forEach(
            (name, placement) -> {
              if (records || !name.equals(ShardMap.RECORDS)) {
                each.of(name, placement);
              }
            });
  }

  private void forEachHashed(Each each) {
    forEachPlacement(
        (name, placement) -> {
          if (placement.by() == Positioning.HASH) {
            each.of(name, placement);
          }
        });
  }

  private List<ShardId> others(ShardId shard) {
    return map.shards().keySet().stream().filter(other -> !other.equals(shard)).toList();
  }
}
