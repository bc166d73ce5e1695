package io.shardjdbc.moment;

import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings replicas to a moment.
 *
 * <p>While nobody can decide, and all that is decided has been told, the primary says where it is
 * in its log. A replica that has replayed that shows all of it; and what comes behind it until the
 * locks are let go is no part of a transaction over several shards. It is waited for as long as a
 * primary would be asked, and then the primary is asked.
 */
final class Replicas {

  private static final Duration PATIENCE = Duration.ofMillis(20);
  private static final Duration PAUSE = Duration.ofMillis(1);

  private Replicas() {}

  /** Waits for those that are to look; a request of which one is not there in time fails. */
  static void await(List<Hold> held, List<Request> group) throws SQLException {
    Map<ShardId, Hold> holds = new HashMap<>();
    held.forEach(hold -> holds.put(hold.shard(), hold));
    Map<ShardId, WalPosition> moments = new HashMap<>();
    for (Request request : group) {
      for (Sight sight : request.sights()) {
        Hold primary = holds.get(sight.shard());
        if (sight.isOnReplica() && primary != null) {
          WalPosition moment = moments.get(sight.shard());
          if (moment == null) {
            moment = WalPosition.of(primary.connection());
            moments.put(sight.shard(), moment);
          }
          await(request, sight, moment);
        }
      }
    }
  }

  private static void await(Request request, Sight sight, WalPosition moment) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (sight.pool().ask(WalPosition::of).compareTo(moment) < 0) {
        if (System.nanoTime() - until > 0) {
          request.failed(new ReplicaBehindException(sight.pool().name()));
          return;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    } catch (SQLException e) {
      request.failed(new ReplicaBehindException(sight.pool().name()));
    }
  }
}
