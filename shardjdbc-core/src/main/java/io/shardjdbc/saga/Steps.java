package io.shardjdbc.saga;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.StepEntry.Direction;
import io.shardjdbc.saga.StepEntry.Outcome;
import io.shardjdbc.saga.work.FlatJson;
import io.shardjdbc.saga.work.LetGoException;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.StepConnection;
import io.shardjdbc.saga.work.Terms;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The three things that can be done to a step, each in one transaction on the step's shard.
 *
 * @param <S> the type of the saga's state
 */
final class Steps<S> {

  private final ShardWork work;
  private final SagaCodec<S> codec;
  private final SagaRecord record;
  private final SagaRecords records;

  Steps(RunContext context, SagaCodec<S> codec, SagaRecord record) {
    this.work = context.work();
    this.records = context.records();
    this.codec = codec;
    this.record = record;
  }

  /**
   * A step that is done.
   *
   * @param state as it is read from the JSON: all processes go on from the same, whatever a codec
   *     leaves out
   * @param next where the steps after it run
   */
  record Acted<S>(S state, String json, Places next) {}

  /** A step that was found done when it was closed. */
  record Closed(Place place, String json, Places next) {}

  /**
   * Does the action, or finds that it was done.
   *
   * @param following the steps that begin from its state; none if that is not known before others
   *     have ended
   * @throws LetGoException if somebody has seen to it that it never will be done
   */
  Acted<S> act(Step<S> step, Place place, S before, List<Step<S>> following, Duration limit)
      throws Exception {
    return work.<Acted<S>, Exception>inTransaction(
        place,
        limit,
        (connection, shard) -> {
          if (!StepRecords.insert(
              connection,
              shard,
              place,
              record,
              step.name(),
              Direction.ACTION,
              Outcome.DONE,
              limit)) {
            StepEntry entry =
                StepRecords.find(connection, shard, record, step.name(), Direction.ACTION);
            if (entry.isDone() && !isOfNextSaga(entry)) {
              String json = json(step, entry);
              return new Acted<>(codec.decode(json), json, entry.next());
            }
            if (!Fence.STEPS.isOut()) {
              throw new LetGoException("it is being compensated");
            }
          }
          S after = StepConnection.lend(connection, lent -> step.action().run(lent, before));
          if (after == null) {
            throw new IllegalStateException("the action of " + step.name() + " returned null");
          }
          String json = encode(after);
          S read = codec.decode(json);
          Places next = Places.of(work, following, read);
          if (!StepRecords.state(connection, shard, record, step.name(), json, next, limit)) {
            throw SqlErrors.of(ErrorCode.SAGA_STEP_LATE, step.name());
          }
          return new Acted<>(read, json, next);
        });
  }

  /**
   * Whether a row belongs to a later saga of this key, so that this process slept through the end
   * of its own. A row of another term may also be what is left of one whose record was lost with a
   * server; that is gone on with.
   */
  private boolean isOfNextSaga(StepEntry entry) throws SQLException {
    return entry.term() != Terms.of(record.epoch()) && !records.isHeld(record);
  }

  /** Sees to it that the action is not done from now on; what it left if it was. */
  Optional<Closed> close(Step<S> step, Place place, Duration limit) throws SQLException {
    return work.inTransaction(
        place,
        limit,
        (connection, shard) -> {
          if (StepRecords.insert(
              connection,
              shard,
              place,
              record,
              step.name(),
              Direction.ACTION,
              Outcome.NEVER,
              limit)) {
            return Optional.<Closed>empty();
          }
          StepEntry entry =
              StepRecords.find(connection, shard, record, step.name(), Direction.ACTION);
          return entry.isDone()
              ? Optional.of(new Closed(place, json(step, entry), entry.next()))
              : Optional.<Closed>empty();
        });
  }

  /** The same for a step of which nothing says where it runs. */
  Optional<Closed> closeEverywhere(Step<S> step, Duration limit) throws SQLException {
    Optional<Closed> done = Optional.empty();
    for (ShardId shard : work.dataSource().shards()) {
      Optional<Closed> there = close(step, new Place.OnShard(shard), limit);
      done = done.isPresent() ? done : there;
    }
    return done;
  }

  /** Undoes the action, unless that was done before. */
  void compensate(
      Step<S> step, Place place, StepCompensation<S> compensation, String after, Duration limit)
      throws Exception {
    boolean settled = record.settledSteps().contains(step.name());
    Outcome outcome = settled ? Outcome.SETTLED : Outcome.DONE;
    work.<Boolean, Exception>inTransaction(
        place,
        limit,
        (connection, shard) -> {
          boolean mine =
              StepRecords.insert(
                  connection,
                  shard,
                  place,
                  record,
                  step.name(),
                  Direction.COMPENSATION,
                  outcome,
                  limit);
          if (mine && !settled) {
            S state = codec.decode(after);
            return StepConnection.lend(
                connection,
                lent -> {
                  compensation.run(lent, state);
                  return true;
                });
          }
          return mine;
        });
  }

  String encode(S state) {
    String json = codec.encode(state);
    if (json.length() > FlatJson.LONGEST) {
      throw new IllegalStateException(
          "a state of more than " + FlatJson.LONGEST + " characters of JSON");
    }
    return json;
  }

  private static String json(Step<?> step, StepEntry entry) {
    String json = entry.state();
    if (json == null) {
      throw new IllegalStateException("step " + step.name() + " has committed by itself");
    }
    return json;
  }
}
