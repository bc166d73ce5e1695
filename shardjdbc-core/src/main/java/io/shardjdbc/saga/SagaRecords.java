package io.shardjdbc.saga;

import static io.shardjdbc.saga.ShardWork.prepare;
import static io.shardjdbc.saga.ShardWork.update;

import io.shardjdbc.routing.ShardId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The records of sagas, each on its home shard.
 *
 * <p>All times are those of the home shard's server, so that no two clocks are ever compared. What
 * an owner changes, it changes under its epoch; {@code false} says that somebody has taken over.
 */
final class SagaRecords {

  private static final String SOON = "clock_timestamp() + ? * interval '1 millisecond'";
  private static final String OPEN = "status IN ('running', 'compensating')";
  private static final String OF_OWNER =
      " WHERE id = ? AND epoch = ? AND status IN ('running', 'compensating')";

  private final ShardWork work;
  private final UUID owner;
  private final Duration lease;

  /**
   * @param owner this process, for people who look at the table
   */
  SagaRecords(ShardWork work, UUID owner, Duration lease) {
    this.work = work;
    this.owner = owner;
    this.lease = lease;
  }

  /**
   * Writes the record of a new saga, with its first lease.
   *
   * @param hold whether this process goes on with it; else anybody may at once
   * @return false if there is one of this id already
   */
  boolean insert(ShardId home, UUID id, Saga<?> saga, String key, String input, boolean hold)
      throws SQLException {
    String sql =
        """
        INSERT INTO shardjdbc.saga
          (id, name, version, key, status, input, owner, epoch, due_at, deadline_at)
        VALUES (?, ?, ?, ?, 'running', ?::json, ?, ?, %s, %s) ON CONFLICT (id) DO NOTHING\
        """
            .formatted(SOON, SOON);
    return work.alone(
        home,
        connection ->
            update(
                    connection,
                    home,
                    sql,
                    id,
                    saga.name(),
                    saga.version(),
                    key,
                    input,
                    hold ? owner : null,
                    hold ? 1L : 0L,
                    hold ? lease.toMillis() : 0L,
                    saga.deadline().toMillis())
                == 1);
  }

  /** The record, if there is one. */
  @Nullable SagaRecord find(ShardId home, UUID id) throws SQLException {
    return first(
        home, "SELECT " + SagaRecord.COLUMNS + " FROM shardjdbc.saga WHERE id = ?", List.of(id));
  }

  /** Whether a saga was started with this input, compared as JSON is. */
  boolean hasInput(ShardId home, UUID id, String input) throws SQLException {
    String sql = "SELECT 1 FROM shardjdbc.saga WHERE id = ? AND input::jsonb = ?::jsonb";
    return work.alone(
        home,
        connection -> {
          try (PreparedStatement statement = prepare(connection, home, sql, id, input);
              ResultSet row = statement.executeQuery()) {
            return row.next();
          }
        });
  }

  /** Takes over one saga if it is due. */
  @Nullable SagaRecord claim(ShardId home, UUID id) throws SQLException {
    String sql =
        "UPDATE shardjdbc.saga SET epoch = epoch + 1, owner = ?, due_at = %s WHERE id = ? AND %s"
                .formatted(SOON, OPEN)
            + " AND due_at <= clock_timestamp() RETURNING "
            + SagaRecord.COLUMNS;
    return first(home, sql, List.of(owner, lease.toMillis(), id));
  }

  /**
   * Takes over due sagas of a shard, those that others are just taking left out.
   *
   * @param definitions which this process knows, as {@code name/version}
   */
  List<SagaRecord> claimDue(ShardId home, Collection<String> definitions, int most)
      throws SQLException {
    String sql =
        """
        WITH due AS (
          SELECT id AS due_id FROM shardjdbc.saga
          WHERE %s AND due_at <= clock_timestamp() AND name || '/' || version = ANY (?)
          ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED)
        UPDATE shardjdbc.saga SET epoch = epoch + 1, owner = ?, due_at = %s
        FROM due WHERE id = due_id RETURNING %s\
        """
            .formatted(OPEN, SOON, SagaRecord.COLUMNS);
    String[] known = definitions.toArray(String[]::new);
    return all(home, sql, List.of(known, most, owner, lease.toMillis()));
  }

  /** Gives this process more time for what it runs on a shard. */
  void renew(ShardId home, Collection<UUID> ids) throws SQLException {
    String sql =
        "UPDATE shardjdbc.saga SET due_at = %s WHERE id = ANY (?::uuid[]) AND owner = ? AND %s"
            .formatted(SOON, OPEN);
    work.alone(
        home, connection -> update(connection, home, sql, lease.toMillis(), texts(ids), owner));
  }

  /** From now on what was done is undone. */
  boolean compensate(SagaRecord record, String reason) throws SQLException {
    return change(record, "status = 'compensating', reason = ?", reason);
  }

  boolean completed(SagaRecord record, String state) throws SQLException {
    return change(
        record, "status = 'completed', owner = NULL, reason = NULL, state = ?::json", state);
  }

  boolean compensated(SagaRecord record) throws SQLException {
    return change(record, "status = 'compensated', owner = NULL");
  }

  /** Leaves it to a person. */
  boolean park(SagaRecord record, String step, String reason) throws SQLException {
    return change(
        record,
        "status = 'parked', owner = NULL, parked_step = ?, reason = coalesce(reason || '; ', '')"
            + " || ?",
        step,
        reason);
  }

  /** Lets go of it, so that anybody may take it over after a pause. */
  boolean release(SagaRecord record, Duration pause) throws SQLException {
    return change(
        record, "owner = NULL, releases = releases + 1, due_at = " + SOON, pause.toMillis());
  }

  private boolean change(SagaRecord record, String set, Object... values) throws SQLException {
    List<Object> all = new ArrayList<>(List.of(values));
    all.add(record.id());
    all.add(record.epoch());
    String sql = "UPDATE shardjdbc.saga SET changed_at = clock_timestamp(), " + set + OF_OWNER;
    return work.alone(
        record.home(), connection -> update(connection, record.home(), sql, all.toArray()) == 1);
  }

  /**
   * Takes a parked one up again.
   *
   * @param settled whether a person has done what its step's compensation should have
   */
  boolean unpark(ShardId home, UUID id, boolean settled) throws SQLException {
    String sql =
        "UPDATE shardjdbc.saga SET status = 'compensating', due_at = clock_timestamp(),"
            + " changed_at = clock_timestamp(), parked_step = NULL"
            + (settled ? ", settled_steps = settled_steps || parked_step" : "")
            + " WHERE id = ? AND status = 'parked'";
    return work.alone(home, connection -> update(connection, home, sql, id) == 1);
  }

  List<SagaSummary> parked(ShardId home) throws SQLException {
    return summaries(home, "status = 'parked'", List.of());
  }

  /** Those that nobody has gone on with for so long. */
  List<SagaSummary> overdue(ShardId home, Duration since) throws SQLException {
    return summaries(
        home,
        OPEN + " AND due_at <= clock_timestamp() - ? * interval '1 millisecond'",
        List.of(since.toMillis()));
  }

  private List<SagaSummary> summaries(ShardId home, String condition, List<?> values)
      throws SQLException {
    String sql =
        "SELECT %s FROM shardjdbc.saga WHERE %s ORDER BY changed_at, id"
            .formatted(SagaRecord.COLUMNS, condition);
    return all(home, sql, values).stream().map(SagaRecord::summary).toList();
  }

  /** Some of those that ended so long ago. */
  List<UUID> ended(ShardId home, Duration ago, int most) throws SQLException {
    String sql =
        "SELECT "
            + SagaRecord.COLUMNS
            + " FROM shardjdbc.saga WHERE status IN ('completed', 'compensated')"
            + " AND changed_at <= clock_timestamp() - ? * interval '1 millisecond'"
            + " ORDER BY changed_at LIMIT ?";
    return all(home, sql, List.of(ago.toMillis(), most)).stream().map(SagaRecord::id).toList();
  }

  void forget(ShardId home, Collection<UUID> ids) throws SQLException {
    String sql =
        "DELETE FROM shardjdbc.saga WHERE id = ANY (?::uuid[]) AND status IN ('completed',"
            + " 'compensated')";
    work.alone(home, connection -> update(connection, home, sql, (Object) texts(ids)));
  }

  /** The driver has no arrays of uuid, the server casts them. */
  static String[] texts(Collection<UUID> ids) {
    return ids.stream().map(UUID::toString).toArray(String[]::new);
  }

  private @Nullable SagaRecord first(ShardId home, String sql, List<?> values) throws SQLException {
    List<SagaRecord> found = all(home, sql, values);
    return found.isEmpty() ? null : found.get(0);
  }

  private List<SagaRecord> all(ShardId home, String sql, List<?> values) throws SQLException {
    return work.alone(
        home,
        connection -> {
          try (PreparedStatement statement = prepare(connection, home, sql, values.toArray());
              ResultSet rows = statement.executeQuery()) {
            List<SagaRecord> found = new ArrayList<>();
            while (rows.next()) {
              found.add(SagaRecord.of(rows, home));
            }
            return found;
          }
        });
  }
}
