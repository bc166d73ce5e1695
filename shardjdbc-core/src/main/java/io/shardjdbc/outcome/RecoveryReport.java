package io.shardjdbc.outcome;

import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * What one pass of recovery found and did.
 *
 * @param committed parts of transactions that it committed
 * @param rolledBack parts of transactions that it rolled back
 * @param left parts that it left as they were: still being coordinated, or decided on a shard that
 *     could not be asked
 * @param unreachable the shards that could not be looked at
 */
public record RecoveryReport(int committed, int rolledBack, int left, List<ShardId> unreachable) {
  public RecoveryReport {
    unreachable = List.copyOf(unreachable);
  }

  /** Whether nothing is in doubt any more. */
  public boolean isClean() {
    return left == 0 && unreachable.isEmpty();
  }
}
