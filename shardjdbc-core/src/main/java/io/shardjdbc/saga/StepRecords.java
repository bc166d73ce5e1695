package io.shardjdbc.saga;

import static io.shardjdbc.saga.ShardWork.prepare;
import static io.shardjdbc.saga.ShardWork.update;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;

/**
 * The journal of steps: a row for each step and direction, on the step's shard.
 *
 * <p>Its primary key is the fence. Whoever inserts the row has the right to do the work in the same
 * transaction; whoever comes second waits for the first one's transaction and then reads its row. A
 * row {@code never} in the place of an action keeps it from ever being done.
 */
final class StepRecords {

  private static final String INSERT =
      """
      INSERT INTO shardjdbc.saga_step (saga_id, step, direction, outcome, epoch)
      SELECT ?, ?, ?, ?, ?
      WHERE set_config('lock_timeout', ?, true) IS NOT NULL
        AND set_config('statement_timeout', ?, true) IS NOT NULL
        AND set_config('idle_in_transaction_session_timeout', ?, true) IS NOT NULL
      ON CONFLICT DO NOTHING\
      """;

  private static final String OF_STEP = " WHERE saga_id = ? AND step = ? AND direction = ?";

  private static final String DELETE =
      "DELETE FROM shardjdbc.saga_step WHERE saga_id = ANY (?::uuid[])";

  private StepRecords() {}

  /**
   * Claims a step's direction for this transaction, and bounds what the transaction may take: a
   * process that stops in the middle of it must not keep the rows locked.
   *
   * @return false if it has been claimed before
   */
  static boolean insert(
      Connection connection,
      ShardId shard,
      SagaRecord saga,
      String step,
      StepEntry.Direction direction,
      StepEntry.Outcome outcome,
      Duration limit)
      throws SQLException {
    String millis = Long.toString(Math.max(1, limit.toMillis()));
    return update(
            connection,
            shard,
            INSERT,
            saga.id(),
            step,
            direction.column(),
            outcome.column(),
            saga.epoch(),
            millis,
            millis,
            millis)
        == 1;
  }

  /** Keeps what an action returned. */
  static void state(Connection connection, ShardId shard, SagaRecord saga, String step, String json)
      throws SQLException {
    update(
        connection,
        shard,
        "UPDATE shardjdbc.saga_step SET state = ?::json" + OF_STEP,
        json,
        saga.id(),
        step,
        StepEntry.Direction.ACTION.column());
  }

  /** What stands in the journal, where {@link #insert} said that something does. */
  static StepEntry find(
      Connection connection,
      ShardId shard,
      SagaRecord saga,
      String step,
      StepEntry.Direction direction)
      throws SQLException {
    String sql = "SELECT outcome, state FROM shardjdbc.saga_step" + OF_STEP;
    try (PreparedStatement statement =
            prepare(connection, shard, sql, saga.id(), step, direction.column());
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the journal of saga " + saga.id() + " has changed", "40001");
      }
      return new StepEntry(
          StepEntry.Outcome.ofColumn(row.getString("outcome")), row.getString("state"));
    }
  }

  static void forget(ShardWork work, ShardId shard, Collection<UUID> ids) throws SQLException {
    work.alone(
        shard, connection -> update(connection, shard, DELETE, (Object) SagaRecords.texts(ids)));
  }
}
