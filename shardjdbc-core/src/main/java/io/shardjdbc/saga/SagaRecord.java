package io.shardjdbc.saga;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.Times;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code shardjdbc.saga}, as it was read.
 *
 * @param epoch the number of its lease: whoever takes it over counts it up, and who had it before
 *     can change the row no more
 * @param due whether anybody may take it over now
 * @param left until its deadline; not positive when that has passed
 * @param definition the fingerprint of the definition it was begun with; null if an older release
 *     has begun it
 * @param places where its first steps run, and those that follow parallel ones
 * @param parkedAt the place of the step that it is parked at, where that is known
 */
record SagaRecord(
    SagaSummary summary,
    String input,
    @Nullable String state,
    Set<String> settledSteps,
    long epoch,
    int releases,
    boolean due,
    Duration left,
    @Nullable String definition,
    Places places,
    @Nullable Place parkedAt) {

  /** What people are shown: no values, which may be large. */
  static final String SUMMARY =
      "id, name, version, key, status, parked_step, reason, created_at, changed_at";

  static final String COLUMNS =
      SUMMARY
          + ", input, state, settled_steps, epoch, releases, due_at <= clock_timestamp() AS due,"
          + " extract(epoch FROM deadline_at - clock_timestamp()) * 1000 AS millis_left,"
          + " definition, places, parked_shard";

  static SagaRecord of(ResultSet row, ShardId home) throws SQLException {
    Array settled = row.getArray("settled_steps");
    String parked = row.getString("parked_shard");
    return new SagaRecord(
        summary(row, home),
        row.getString("input"),
        row.getString("state"),
        Set.copyOf(Arrays.asList((String[]) settled.getArray())),
        row.getLong("epoch"),
        row.getInt("releases"),
        row.getBoolean("due"),
        Times.bounded(Duration.ofMillis(row.getLong("millis_left"))),
        row.getString("definition"),
        Places.read(row.getString("places")),
        parked == null ? null : Place.read(parked));
  }

  static SagaSummary summary(ResultSet row, ShardId home) throws SQLException {
    return new SagaSummary(
        row.getObject("id", UUID.class),
        row.getString("name"),
        row.getInt("version"),
        row.getString("key"),
        home,
        SagaStatus.ofColumn(row.getString("status")),
        Optional.ofNullable(row.getString("parked_step")),
        Optional.ofNullable(row.getString("reason")),
        instant(row.getTimestamp("created_at")),
        instant(row.getTimestamp("changed_at")));
  }

  /** The record of a saga that this process has just begun. */
  static SagaRecord begun(
      ShardId home, UUID id, Saga<?> saga, String key, String input, Places places, long epoch) {
    Instant now = Instant.now();
    SagaSummary summary =
        new SagaSummary(
            id,
            saga.name(),
            saga.version(),
            key,
            home,
            SagaStatus.RUNNING,
            Optional.empty(),
            Optional.empty(),
            now,
            now);
    return new SagaRecord(
        summary,
        input,
        null,
        Set.of(),
        epoch,
        0,
        false,
        saga.deadline(),
        saga.fingerprint(),
        places,
        null);
  }

  private static Instant instant(Timestamp timestamp) {
    return timestamp.toInstant();
  }

  UUID id() {
    return summary.id();
  }

  ShardId home() {
    return summary.home();
  }

  SagaStatus status() {
    return summary.status();
  }

  <S> SagaResult<S> result(Saga<S> saga) {
    String json = status() == SagaStatus.COMPLETED && state != null ? state : input;
    return new SagaResult<>(id(), status(), saga.codec().decode(json), summary.reason());
  }
}
