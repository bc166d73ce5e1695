package io.shardjdbc.saga;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.StepEntry.Direction;
import io.shardjdbc.saga.StepEntry.Outcome;
import java.sql.SQLException;
import java.time.Duration;
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

  Steps(ShardWork work, SagaCodec<S> codec, SagaRecord record) {
    this.work = work;
    this.codec = codec;
    this.record = record;
  }

  private ShardId shardOf(Step<S> step, S before) throws SQLException {
    return work.dataSource().shardOf(step.key().table(), step.key().of(before));
  }

  /**
   * Does the action, or finds that it was done, and returns the state after it.
   *
   * @throws LetGoException if somebody has seen to it that it never will be done
   */
  S act(Step<S> step, S before, Duration limit) throws Exception {
    ShardId shard = shardOf(step, before);
    return work.<S, Exception>inTransaction(
        shard,
        connection -> {
          if (!StepRecords.insert(
              connection, shard, record, step.name(), Direction.ACTION, Outcome.DONE, limit)) {
            StepEntry entry =
                StepRecords.find(connection, shard, record, step.name(), Direction.ACTION);
            if (!entry.isDone()) {
              throw new LetGoException("it is being compensated");
            }
            return decode(step, entry);
          }
          S after = StepConnection.lend(connection, lent -> step.action().run(lent, before));
          if (after == null) {
            throw new IllegalStateException("the action of " + step.name() + " returned null");
          }
          StepRecords.state(connection, shard, record, step.name(), encode(after));
          return after;
        });
  }

  /** Sees to it that the action is not done from now on; the state after it if it was. */
  Optional<S> close(Step<S> step, S before, Duration limit) throws SQLException {
    ShardId shard = shardOf(step, before);
    return work.inTransaction(
        shard,
        connection -> {
          if (StepRecords.insert(
              connection, shard, record, step.name(), Direction.ACTION, Outcome.NEVER, limit)) {
            return Optional.<S>empty();
          }
          StepEntry entry =
              StepRecords.find(connection, shard, record, step.name(), Direction.ACTION);
          return entry.isDone() ? Optional.of(decode(step, entry)) : Optional.<S>empty();
        });
  }

  /** Undoes the action, unless that was done before. */
  void compensate(Step<S> step, StepCompensation<S> compensation, S before, S after, Duration limit)
      throws Exception {
    ShardId shard = shardOf(step, before);
    boolean settled = record.settledSteps().contains(step.name());
    Outcome outcome = settled ? Outcome.SETTLED : Outcome.DONE;
    work.<Boolean, Exception>inTransaction(
        shard,
        connection -> {
          boolean mine =
              StepRecords.insert(
                  connection, shard, record, step.name(), Direction.COMPENSATION, outcome, limit);
          if (mine && !settled) {
            return StepConnection.lend(
                connection,
                lent -> {
                  compensation.run(lent, after);
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

  private S decode(Step<S> step, StepEntry entry) {
    String json = entry.state();
    if (json == null) {
      throw new IllegalStateException("step " + step.name() + " has committed by itself");
    }
    return codec.decode(json);
  }
}
