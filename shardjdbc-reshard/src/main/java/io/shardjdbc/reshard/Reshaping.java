package io.shardjdbc.reshard;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
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
 * @param map as it is now
 */
public record Reshaping(MapDocument map) {

  /** Less than this share of the ring is not worth a move. */
  private static final double NOTHING = 1e-9;

  /** Records of the library are placed by the map too, and do not move. */
  private static final String RECORDS = "shardjdbc.";

  /**
   * A shard that has less than the others gets its part from all of them, and nothing else moves.
   */
  public List<Moving> fill(ShardId shard) {
    List<Moving> moves = new ArrayList<>();
    forEachPlacement(
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
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} when it has what does not move
   */
  public List<Moving> empty(ShardId shard) throws ReshardException {
    for (Map.Entry<String, Positioned> entry : map.placements().entrySet()) {
      if (entry.getKey().startsWith(RECORDS) && !entry.getValue().ownedBy(shard).isEmpty()) {
        throw new ReshardException(
            ErrorCode.MOVE_NOT_POSSIBLE,
            "shard " + shard + " has records of the library, which do not move yet");
      }
    }
    List<Moving> moves = new ArrayList<>();
    forEachPlacement(
        (name, placement) -> {
          Positions left = placement.ownedBy(shard);
          double even = 1.0 / (map.shards().size() - 1);
          Map<ShardId, Positions> taken = new LinkedHashMap<>();
          for (ShardId other : others(shard)) {
            double missing = even - placement.ownedBy(other).share();
            if (missing > NOTHING && !left.isEmpty()) {
              Positions part = Share.of(left, missing);
              left = left.minus(part);
              taken.put(other, part);
            }
          }
          if (!left.isEmpty()) {
            ShardId last = others(shard).get(0);
            taken.merge(last, left, Positions::plus);
          }
          taken.forEach((other, part) -> moves.add(new Moving(name, part, shard, other)));
        });
    return moves;
  }

  /** Half of the positions that a shard has goes to another one. */
  public List<Moving> split(ShardId shard, ShardId to) {
    List<Moving> moves = new ArrayList<>();
    forEachPlacement(
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

  private interface Each {
    void of(String name, Positioned placement);
  }

  private void forEachPlacement(Each each) {
    map.placements()
        .forEach(
            (name, placement) -> {
              if (!name.startsWith(RECORDS)) {
                each.of(name, placement);
              }
            });
  }

  private List<ShardId> others(ShardId shard) {
    return map.shards().keySet().stream().filter(other -> !other.equals(shard)).toList();
  }
}
