package io.shardjdbc.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is special about some positions of a {@link ShardMap} while their rows move.
 *
 * @param holds positions of which nothing may begin to read or write on that shard now
 * @param hides by the placement's name, positions whose rows on that shard are copies of others
 * @param arrived shards whose replicas may not have yet what a move has brought to their primary
 * @param comes by the placement's name, what comes to its owner key by key
 */
public record Moving(
    Map<ShardId, Positions> holds,
    Map<String, Map<ShardId, Positions>> hides,
    Set<ShardId> arrived,
    Map<String, List<Coming>> comes) {

  /** Nothing moves. */
  public static final Moving NOTHING = new Moving(Map.of(), Map.of(), Set.of(), Map.of());

  public Moving {
    holds = Map.copyOf(holds);
    hides = Map.copyOf(hides);
    arrived = Set.copyOf(arrived);
    comes = Map.copyOf(comes);
  }

  /**
   * The same for whoever looks at both sides of what comes: each row is seen on one of them.
   *
   * @param come of the positions, those whose rows have come
   */
  public Moving seenBy(String placement, Coming coming, Positions come) {
    Map<ShardId, Positions> hidden = new HashMap<>(hides.getOrDefault(placement, Map.of()));
    Positions others =
        hidden.getOrDefault(coming.source(), Positions.NONE).minus(coming.positions());
    put(hidden, coming.source(), others.plus(come.and(coming.positions())));
    put(
        hidden,
        coming.target(),
        hidden.getOrDefault(coming.target(), Positions.NONE).plus(coming.positions().minus(come)));
    Map<String, Map<ShardId, Positions>> all = new HashMap<>(hides);
    all.put(placement, Map.copyOf(hidden));
    return new Moving(holds, all, arrived, comes);
  }

  private static void put(Map<ShardId, Positions> sets, ShardId shard, Positions positions) {
    if (positions.isEmpty()) {
      sets.remove(shard);
    } else {
      sets.put(shard, positions);
    }
  }

  /** Whether a shard has rows of tables that are copies of others. */
  public boolean hidesOn(ShardId shard) {
    return !hides.isEmpty() // as nearly always, which is asked for each statement
        && hides.entrySet().stream()
            .anyMatch(
                of -> !of.getKey().equals(ShardMap.RECORDS) && of.getValue().containsKey(shard));
  }

  /** Whether a move is under way. */
  public boolean isUnderWay() {
    return !holds.isEmpty() || !hides.isEmpty() || !comes.isEmpty();
  }

  /** Whether every statement may go its way as if nothing had ever moved. */
  public boolean isNothing() {
    return !isUnderWay() && arrived.isEmpty();
  }
}
