package io.shardjdbc.saga;

import static io.shardjdbc.saga.work.ShardWork.prepare;
import static io.shardjdbc.saga.work.ShardWork.update;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.TablePosition;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.Terms;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;

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
      INSERT INTO shardjdbc.saga_step
        (saga_id, step, direction, outcome, epoch, table_name, row_position)
      SELECT ?, ?, ?, ?, ?, ?, ?::bigint
      WHERE set_config('lock_timeout', ?, true) IS NOT NULL
        AND set_config('statement_timeout', ?, true) IS NOT NULL
        AND set_config('idle_in_transaction_session_timeout', ?, true) IS NOT NULL
      ON CONFLICT DO NOTHING\
      """;

  private static final String OF_STEP = " WHERE saga_id = ? AND step = ? AND direction = ?";

  /**
   * Keeps the state only within the step's time, by the server's clock: its statements may each
   * have been quick enough and together too slow. What is left of the time is what the commit may
   * be waited for.
   */
  private static final String STATE =
      """
      UPDATE shardjdbc.saga_step SET state = ?::json, next = ?::json
      WHERE saga_id = ? AND step = ? AND direction = 'action'
        AND clock_timestamp() < now() + ? * interval '1 millisecond'
        AND set_config('idle_in_transaction_session_timeout', greatest(1, ceil(1000 * extract(
          epoch FROM now() + ? * interval '1 millisecond' - clock_timestamp())))::bigint::text,
          true) IS NOT NULL\
      """;

  private static final String DELETE =
      """
      DELETE FROM shardjdbc.saga_step
      WHERE (saga_id, %s) IN (SELECT * FROM unnest(?::uuid[], ?::bigint[]))\
      """
          .formatted(Terms.OF_EPOCH);

  /** The longest time-out that a server takes, 24 days. */
  private static final long LONGEST_LIMIT = Integer.MAX_VALUE;

  private StepRecords() {}

  /**
   * Claims a step's direction for this transaction, and bounds what the transaction may take: a
   * process that stops in the middle of it must not keep the rows locked.
   *
   * @param place with what the row moves
   * @return false if it has been claimed before
   */
  static boolean insert(
      Connection connection,
      ShardId shard,
      Place place,
      SagaRecord saga,
      String step,
      StepEntry.Direction direction,
      StepEntry.Outcome outcome,
      Duration limit)
      throws SQLException {
    String millis = Long.toString(millis(limit));
    TablePosition rows = place instanceof Place.WithRows with ? with.rows() : null;
    return update(
            connection,
            shard,
            INSERT,
            saga.id(),
            step,
            direction.column(),
            outcome.column(),
            saga.epoch(),
            rows == null ? "" : rows.table(),
            rows == null ? null : rows.position(),
            millis,
            millis,
            millis)
        == 1;
  }

  private static long millis(Duration limit) {
    return Math.max(1, Math.min(LONGEST_LIMIT, limit.toMillis()));
  }

  /**
   * Keeps what an action returned, and where it goes on.
   *
   * @return false if its time is over
   */
  static boolean state(
      Connection connection,
      ShardId shard,
      SagaRecord saga,
      String step,
      String json,
      Places next,
      Duration limit)
      throws SQLException {
    long millis = millis(limit);
    return update(connection, shard, STATE, json, next.json(), saga.id(), step, millis, millis)
        == 1;
  }

  /** What stands in the journal, where {@link #insert} said that something does. */
  static StepEntry find(
      Connection connection,
      ShardId shard,
      SagaRecord saga,
      String step,
      StepEntry.Direction direction)
      throws SQLException {
    String sql = "SELECT outcome, state, next, epoch FROM shardjdbc.saga_step" + OF_STEP;
    try (PreparedStatement statement =
            prepare(connection, shard, sql, saga.id(), step, direction.column());
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the journal of saga " + saga.id() + " has changed", "40001");
      }
      return new StepEntry(
          StepEntry.Outcome.ofColumn(row.getString("outcome")),
          row.getString("state"),
          Places.read(row.getString("next")),
          Terms.of(row.getLong("epoch")));
    }
  }

  /** Deletes the journal of ended sagas, and not of those that have their keys now. */
  static void forget(ShardWork work, ShardId shard, Collection<SagaRecords.Ended> ended)
      throws SQLException {
    String[] ids = ended.stream().map(one -> one.id().toString()).toArray(String[]::new);
    Long[] terms = ended.stream().map(one -> Terms.of(one.epoch())).toArray(Long[]::new);
    String sql = DELETE + work.leavingOutCopiesOfSteps(shard);
    work.alone(shard, connection -> update(connection, shard, sql, ids, terms));
  }
}
