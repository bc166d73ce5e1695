package io.shardjdbc.reshard;

import io.shardjdbc.routing.ShardId;
import java.util.Optional;

/**
 * That a shard is split.
 *
 * @param shard which has too much
 * @param load the part of its capacity that it uses
 * @param to who has room for half of it; empty if nobody has
 */
public record SplitProposal(ShardId shard, double load, Optional<ShardId> to) {

  @Override
  public String toString() {
    String what = "shard %s is at %.0f %% of its capacity: ".formatted(shard, load * 100);
    return what
        + to.map(target -> "split " + shard + " " + target)
            .orElse("no shard has room for half of it, so add one");
  }
}
