package io.shardjdbc.saga;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.Terms;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forgets sagas that ended long ago: first their journal on all shards, then their records.
 *
 * <p>Several processes may forget the same one, and one of them may be held up in the middle while
 * the key's next saga begins. Each deletes what belongs to the saga that it has seen, by its {@link
 * Terms term}, and nothing of the next one.
 */
final class SagaPurge {

  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final int AT_ONCE = 500;

  private final ShardWork work;
  private final SagaRecords records;
  private final Duration retention;
  private final Map<ShardId, Long> lastRuns = new ConcurrentHashMap<>();

  SagaPurge(ShardWork work, SagaRecords records, Duration retention) {
    this.work = work;
    this.records = records;
    this.retention = retention;
  }

  /** How often it is worth looking for those that ended so long ago. */
  Duration interval() {
    return retention.compareTo(INTERVAL) < 0 ? retention : INTERVAL;
  }

  /** Runs unless it has just done so. */
  void runIfTime(ShardId home) throws SQLException {
    long now = System.nanoTime();
    Long last = lastRuns.get(home);
    if (last == null || now - last >= interval().toNanos()) {
      lastRuns.put(home, now);
      run(home);
    }
  }

  void run(ShardId home) throws SQLException {
    List<SagaRecords.Ended> ended;
    do {
      ended = records.ended(home, retention, AT_ONCE);
      if (!ended.isEmpty()) {
        for (ShardId shard : work.dataSource().shards()) {
          StepRecords.forget(work, shard, ended);
        }
        records.forget(home, ended);
      }
    } while (ended.size() == AT_ONCE);
  }
}
