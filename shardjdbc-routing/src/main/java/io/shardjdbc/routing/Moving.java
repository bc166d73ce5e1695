package io.shardjdbc.routing;

import java.util.Map;
import java.util.Set;

/**
 * What is special about some positions of a {@link ShardMap} while their rows move.
 *
 * @param holds positions of which nothing may begin to read or write on that shard now
 * @param hides by the placement's name, positions whose rows on that shard are copies of others
 * @param arrived shards whose replicas may not have yet what a move has brought to their primary
 */
public record Moving(
    Map<ShardId, Positions> holds,
    Map<String, Map<ShardId, Positions>> hides,
    Set<ShardId> arrived) {

  /** Nothing moves. */
  public static final Moving NOTHING = new Moving(Map.of(), Map.of(), Set.of());

  public Moving {
    holds = Map.copyOf(holds);
    hides = Map.copyOf(hides);
    arrived = Set.copyOf(arrived);
  }

  /** Whether a shard has rows of tables that are copies of others. */
  public boolean hidesOn(ShardId shard) {
    return hides.entrySet().stream()
        .anyMatch(of -> !of.getKey().equals(ShardMap.RECORDS) && of.getValue().containsKey(shard));
  }

  /** Whether a move is under way. */
  public boolean isUnderWay() {
    return !holds.isEmpty() || !hides.isEmpty();
  }

  /** Whether every statement may go its way as if nothing had ever moved. */
  public boolean isNothing() {
    return !isUnderWay() && arrived.isEmpty();
  }
}
