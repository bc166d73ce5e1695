package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.SplitProposal;
import io.shardjdbc.reshard.SplitRules;
import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which shards have had too much to do, and since when.
 *
 * <p>One look at which a shard has less begins its time anew, and so does a time without looks.
 */
final class HotShards {

  /** Whoever looks less often than so many times within the time does not know enough. */
  private static final int LOOKS = 3;

  private final SplitRules rules;
  private final Map<ShardId, Instant> since = new LinkedHashMap<>();
  private Instant last = Instant.MIN;

  HotShards(SplitRules rules) {
    this.rules = rules;
  }

  /**
   * What is to be split after a look.
   *
   * @param loads of the shards of the map
   * @param spare shards that own nothing yet
   */
  Optional<SplitProposal> look(Instant now, Map<ShardId, Double> loads, List<ShardId> spare) {
    Duration mostBetween = rules.sustained().dividedBy(LOOKS);
    if (last.isBefore(now.minus(mostBetween))) {
      since.clear();
    }
    last = now;
    since.keySet().removeIf(shard -> loads.getOrDefault(shard, 0.0) <= rules.threshold());
    loads.forEach(
        (shard, load) -> {
          if (load > rules.threshold()) {
            since.putIfAbsent(shard, now);
          }
        });
    return since.entrySet().stream()
        .filter(hot -> !hot.getValue().plus(rules.sustained()).isAfter(now))
        .map(Map.Entry::getKey)
        .max(Comparator.comparing(shard -> loads.getOrDefault(shard, 0.0)))
        .map(shard -> proposal(shard, loads, spare));
  }

  private SplitProposal proposal(ShardId shard, Map<ShardId, Double> loads, List<ShardId> spare) {
    double load = loads.getOrDefault(shard, 0.0);
    Optional<ShardId> to = spare.stream().findFirst();
    if (to.isEmpty()) {
      to =
          loads.entrySet().stream()
              .filter(other -> other.getValue() + load / 2 <= rules.threshold())
              .min(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey);
    }
    return new SplitProposal(shard, load, to);
  }
}
