package io.shardjdbc.saga;

import static io.shardjdbc.saga.work.ShardWork.prepare;
import static io.shardjdbc.saga.work.ShardWork.update;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.ShardWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

  private static final int LONGEST_REASON = 2_000;

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
  boolean insert(SagaRecord begun, Saga<?> saga, boolean hold) throws SQLException {
    String sql =
        """
        INSERT INTO shardjdbc.saga
          (id, name, version, key, status, input, definition, places, owner, epoch, due_at,
            deadline_at)
        VALUES (?, ?, ?, ?, 'running', ?::json, ?, ?::json, ?, ?, %s, %s) ON CONFLICT (id) DO NOTHING\
        """
            .formatted(SOON, SOON);
    return work.alone(
        new Place.Home(begun.id()),
        (connection, home) ->
            update(
                    connection,
                    home,
                    sql,
                    begun.id(),
                    saga.name(),
                    saga.version(),
                    begun.summary().key(),
                    begun.input(),
                    begun.definition(),
                    begun.places().json(),
                    hold ? owner : null,
                    begun.epoch(),
                    hold ? lease.toMillis() : 0L,
                    saga.deadline().toMillis())
                == 1);
  }

  /** The record, if there is one. */
  @Nullable SagaRecord find(UUID id) throws SQLException {
    return first(
        id, "SELECT " + SagaRecord.COLUMNS + " FROM shardjdbc.saga WHERE id = ?", List.of(id));
  }

  /** Whether a saga was started with this input, compared as JSON is. */
  boolean hasInput(UUID id, String input) throws SQLException {
    String sql = "SELECT 1 FROM shardjdbc.saga WHERE id = ? AND input::jsonb = ?::jsonb";
    return work.alone(
        new Place.Home(id),
        (connection, home) -> {
          try (PreparedStatement statement = prepare(connection, home, sql, id, input);
              ResultSet row = statement.executeQuery()) {
            return row.next();
          }
        });
  }

  /**
   * Takes over one saga if it is due and was begun with these steps.
   *
   * @param definition the fingerprint of those that this process knows
   */
  @Nullable SagaRecord claim(UUID id, String definition) throws SQLException {
    String sql =
        "UPDATE shardjdbc.saga SET epoch = epoch + 1, owner = ?, due_at = %s WHERE id = ? AND %s"
                .formatted(SOON, OPEN)
            + " AND due_at <= clock_timestamp() AND coalesce(definition, ?) = ? RETURNING "
            + SagaRecord.COLUMNS;
    return first(id, sql, List.of(owner, lease.toMillis(), id, definition, definition));
  }

  /**
   * Takes over due sagas of a shard, those that others are just taking left out.
   *
   * @param known the definitions of this process. One of the same name and version whose steps are
   *     others is left to processes that know it.
   */
  List<SagaRecord> claimDue(ShardId home, Collection<Saga<?>> known, int most) throws SQLException {
    String sql =
        """
        WITH due AS (
          SELECT id AS due_id FROM shardjdbc.saga
          WHERE %s AND due_at <= clock_timestamp() AND (definition = ANY (?)
            OR definition IS NULL AND name || '/' || version = ANY (?))%s
          ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED)
        UPDATE shardjdbc.saga SET epoch = epoch + 1, owner = ?, due_at = %s
        FROM due WHERE id = due_id RETURNING %s\
        """
            .formatted(OPEN, work.leavingOutCopies(home), SOON, SagaRecord.COLUMNS);
    String[] definitions = known.stream().map(Saga::fingerprint).toArray(String[]::new);
    String[] names = known.stream().map(Sagas::definitionKey).toArray(String[]::new);
    return all(home, sql, List.of(definitions, names, most, owner, lease.toMillis()));
  }

  /** Whether the lease under which a record was read is still the last one. */
  boolean isHeld(SagaRecord record) throws SQLException {
    SagaRecord now = find(record.id());
    return now != null && now.epoch() == record.epoch();
  }

  /** Keeps where the steps after parallel ones run. */
  boolean place(SagaRecord record, Places places) throws SQLException {
    return change(record, "places = ?::json", String.valueOf(places.json()));
  }

  /** Gives this process more time for what it runs on a shard. */
  void renew(ShardId home, Collection<UUID> ids) throws SQLException {
    String sql =
        "UPDATE shardjdbc.saga SET due_at = %s WHERE id = ANY (?::uuid[]) AND owner = ? AND %s"
                .formatted(SOON, OPEN)
            + work.leavingOutCopies(home);
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

  /**
   * Leaves it to a person.
   *
   * @param step at which it stands, null if at none
   * @param place where that step is, if that is known
   */
  boolean park(SagaRecord record, @Nullable String step, @Nullable Place place, String reason)
      throws SQLException {
    return change(
        record,
        "status = 'parked', owner = NULL, parked_step = ?, parked_shard = ?,"
            + " reason = left(coalesce(reason || '; ', '') || ?, "
            + LONGEST_REASON
            + ")",
        step,
        place == null ? null : place.toString(),
        reason);
  }

  /** Lets go of it, so that anybody may take it over after a pause. */
  boolean release(SagaRecord record, Duration pause) throws SQLException {
    return change(
        record, "owner = NULL, releases = releases + 1, due_at = " + SOON, pause.toMillis());
  }

  /** The same for one that could not be tried, which does not make later pauses longer. */
  boolean postpone(SagaRecord record, Duration pause) throws SQLException {
    return change(record, "owner = NULL, due_at = " + SOON, pause.toMillis());
  }

  private boolean change(SagaRecord record, String set, @Nullable Object... values)
      throws SQLException {
    List<@Nullable Object> all = new ArrayList<>(Arrays.asList(values));
    all.add(record.id());
    all.add(record.epoch());
    String sql = "UPDATE shardjdbc.saga SET changed_at = clock_timestamp(), " + set + OF_OWNER;
    return work.alone(
        new Place.Home(record.id()),
        (connection, home) -> update(connection, home, sql, all.toArray()) == 1);
  }

  /**
   * Takes a parked one up again.
   *
   * @param settled whether a person has done what its step's compensation should have
   */
  boolean unpark(SagaRecord parked, boolean settled) throws SQLException {
    String sql =
        "UPDATE shardjdbc.saga SET status = 'compensating', due_at = clock_timestamp(),"
            + " changed_at = clock_timestamp(), parked_step = NULL, parked_shard = NULL"
            + (settled ? ", settled_steps = settled_steps || parked_step" : "")
            + " WHERE id = ? AND status = 'parked' AND epoch = ?";
    return work.alone(
        new Place.Home(parked.id()),
        (connection, home) -> update(connection, home, sql, parked.id(), parked.epoch()) == 1);
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
        "SELECT %s FROM shardjdbc.saga WHERE %s%s ORDER BY changed_at, id"
            .formatted(SagaRecord.SUMMARY, condition, work.leavingOutCopies(home));
    return all(home, sql, values, row -> SagaRecord.summary(row, home));
  }

  /** A saga that has ended, told from others of its key. */
  record Ended(UUID id, long epoch) {}

  /** Some of those that ended so long ago. */
  List<Ended> ended(ShardId home, Duration ago, int most) throws SQLException {
    String sql =
        "SELECT id, epoch FROM shardjdbc.saga WHERE status IN ('completed', 'compensated')"
            + " AND changed_at <= clock_timestamp() - ? * interval '1 millisecond'"
            + work.leavingOutCopies(home)
            + " ORDER BY changed_at LIMIT ?";
    return all(
        home,
        sql,
        List.of(ago.toMillis(), most),
        row -> new Ended(row.getObject("id", UUID.class), row.getLong("epoch")));
  }

  void forget(ShardId home, Collection<Ended> ended) throws SQLException {
    String sql =
        "DELETE FROM shardjdbc.saga WHERE status IN ('completed', 'compensated')"
            + " AND (id, epoch) IN (SELECT * FROM unnest(?::uuid[], ?::bigint[]))";
    String[] ids = ended.stream().map(one -> one.id().toString()).toArray(String[]::new);
    Long[] epochs = ended.stream().map(Ended::epoch).toArray(Long[]::new);
    work.alone(home, connection -> update(connection, home, sql, ids, epochs));
  }

  /** The driver has no arrays of uuid, the server casts them. */
  static String[] texts(Collection<UUID> ids) {
    return ids.stream().map(UUID::toString).toArray(String[]::new);
  }

  private @Nullable SagaRecord first(UUID id, String sql, List<?> values) throws SQLException {
    List<SagaRecord> found =
        work.alone(
            new Place.Home(id),
            (connection, home) ->
                rows(connection, home, sql, values, row -> SagaRecord.of(row, home)));
    return found.isEmpty() ? null : found.get(0);
  }

  private List<SagaRecord> all(ShardId home, String sql, List<?> values) throws SQLException {
    return all(home, sql, values, row -> SagaRecord.of(row, home));
  }

  /** What a row becomes. */
  @FunctionalInterface
  private interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> all(ShardId home, String sql, List<?> values, Row<T> each)
      throws SQLException {
    return work.alone(home, connection -> rows(connection, home, sql, values, each));
  }

  private static <T> List<T> rows(
      Connection connection, ShardId home, String sql, List<?> values, Row<T> each)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, home, sql, values.toArray());
        ResultSet rows = statement.executeQuery()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(each.of(rows));
      }
      return found;
    }
  }
}
