package io.shardjdbc.moment;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Tries until there is a moment, or the time is over.
 *
 * <p>While it waits for a lock all who want to decide wait behind it, so it waits for a short time,
 * lets them pass for as long, and then waits for twice as long: a decision under way takes as long
 * as the slowest prepare of its transaction, which nobody knows beforehand.
 */
final class Attempts {

  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofMillis(800);

  private final HeldStill still;
  private final Request own;

  /**
   * @param own whose patience counts
   */
  Attempts(HeldStill still, Request own) {
    this.still = still;
    this.own = own;
  }

  /**
   * @param shards that may decide, asked for each attempt, since shards join
   * @param all who want to look, asked when nobody can decide
   */
  void run(Supplier<Set<ShardId>> shards, Supplier<List<Request>> all) throws SQLException {
    Duration wait = FIRST;
    while (true) {
      if (own.isUnwanted()) {
        throw own.cancelled();
      }
      String obstacle = still.once(shards.get(), wait, all);
      if (obstacle.isEmpty()) {
        return;
      }
      boolean late = own.left() < wait.toNanos();
      if (late || Thread.currentThread().isInterrupted()) {
        throw SqlErrors.of(ErrorCode.SNAPSHOT_BUSY, own.patience(), obstacle);
      }
      LockSupport.parkNanos(wait.toNanos());
      wait = wait.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : wait.multipliedBy(2);
    }
  }
}
