package io.shardjdbc.saga;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.saga.StepEntry.Direction;
import io.shardjdbc.saga.StepEntry.Outcome;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.ShardWork;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * A person's word that a step is undone, as an entry in the journal.
 *
 * <p>The saga's record alone would not do: a process that was stopped between two tries of the
 * compensation does not look there when it wakes up. It meets this entry in the place of its own,
 * as any two processes meet, and does nothing. If it was faster, the person is told.
 */
record Settling(ShardWork work, SagaRecords records) {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /**
   * Takes a parked saga up again.
   *
   * @param settled whether a person has done what it is parked at
   */
  void unpark(UUID id, boolean settled) throws SQLException {
    SagaRecord record = records.find(id);
    if (record == null || record.status() != SagaStatus.PARKED) {
      throw SqlErrors.of(ErrorCode.SAGA_NOT_PARKED, id);
    }
    String step = record.summary().step().orElse(null);
    if (settled && step != null && !Fence.SETTLED.isOut()) {
      fence(record, step);
    }
    if (!records.unpark(record, settled && step != null)) {
      throw SqlErrors.of(ErrorCode.SAGA_NOT_PARKED, id);
    }
  }

  /**
   * Sees to it that nobody does what the saga is parked at.
   *
   * @param part the step whose compensation it is, or whose action where that could not be closed
   */
  private void fence(SagaRecord parked, String part) throws SQLException {
    boolean action = part.endsWith(SagaRun.ACTION);
    String step = action ? part.substring(0, part.length() - SagaRun.ACTION.length()) : part;
    Direction direction = action ? Direction.ACTION : Direction.COMPENSATION;
    Outcome outcome = action ? Outcome.NEVER : Outcome.SETTLED;
    Place known = parked.parkedAt();
    List<? extends Place> places =
        known == null
            ? work.dataSource().shards().stream().map(Place.OnShard::new).toList()
            : List.of(known);
    for (Place place : places) {
      boolean free =
          work.inTransaction(
              place,
              LIMIT,
              (connection, shard) ->
                  StepRecords.insert(
                          connection, shard, place, parked, step, direction, outcome, LIMIT)
                      || !StepRecords.find(connection, shard, parked, step, direction).isDone());
      if (!free) {
        throw SqlErrors.of(ErrorCode.SAGA_STEP_ENDED, step, parked.id());
      }
    }
  }
}
