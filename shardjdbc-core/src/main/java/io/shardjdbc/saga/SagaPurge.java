package io.shardjdbc.saga;

import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Forgets sagas that ended long ago: first their journal on all shards, then their records. */
record SagaPurge(ShardWork work, SagaRecords records, List<ShardId> shards) {

  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final int AT_ONCE = 500;

  static SagaPurge of(ShardWork work, SagaRecords records, List<ShardId> shards) {
    return new SagaPurge(work, records, shards);
  }

  /** How often it is worth looking for those that ended so long ago. */
  static Duration interval(Duration retention) {
    return retention.compareTo(INTERVAL) < 0 ? retention : INTERVAL;
  }

  void run(ShardId home, Duration retention) throws SQLException {
    List<UUID> ended;
    do {
      ended = records.ended(home, retention, AT_ONCE);
      if (!ended.isEmpty()) {
        for (ShardId shard : shards) {
          StepRecords.forget(work, shard, ended);
        }
        records.forget(home, ended);
      }
    } while (ended.size() == AT_ONCE);
  }
}
