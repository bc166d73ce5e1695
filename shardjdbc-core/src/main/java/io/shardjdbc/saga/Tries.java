package io.shardjdbc.saga;

import io.shardjdbc.saga.SagaEvent.Kind;
import io.shardjdbc.saga.work.Gates;
import io.shardjdbc.saga.work.LetGoException;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.StepFailures;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the parts of one saga are tried again, and what becomes of it when that is in vain.
 *
 * <p>On the way forward a part that goes on failing ends the saga, which is undone then. On the way
 * back nothing ends: what servers are to blame for is put aside for later, what the step itself is
 * to blame for is left to a person.
 */
final class Tries {

  private static final Duration LONGEST_RELEASE = Duration.ofMinutes(1);
  private static final int MOST_DOUBLINGS = 10;

  /** How long rows that change their owner are waited for at a time. */
  private static final Duration MOVING = Duration.ofMillis(50);

  private static final int MOST_MOVES = 200;

  private final Saga<?> saga;
  private final SagaRecord record;
  private final RunContext context;
  private final SagaRecords records;
  private final @Nullable Gates gates;

  /** The shards on which this saga is, one entry for each of its steps that are tried there. */
  private final List<Gates.Gate> inside = new ArrayList<>();

  Tries(Saga<?> saga, SagaRecord record, RunContext context, @Nullable Gates gates) {
    this.saga = saga;
    this.record = record;
    this.context = context;
    this.records = context.records();
    this.gates = gates;
  }

  /** Something that is tried. */
  @FunctionalInterface
  interface Part<T> {
    T within(Duration limit) throws Exception;
  }

  /** All tries of one step's action. */
  final class Forward {
    private final Step<?> step;
    private final long end;
    private final long lateAt;
    private int failed;

    private Forward(Step<?> step, long end, long lateAt) {
      this.step = step;
      this.end = end;
      this.lateAt = lateAt;
    }

    /**
     * Tries until it succeeds.
     *
     * @param place at which it works, if at one
     */
    <T> T until(@Nullable Place place, Part<T> part)
        throws SQLException, StepFailedException, LetGoException {
      Gates.Gate gate = entered(step, place);
      try {
        while (true) {
          context.requireOpen();
          long now = System.nanoTime();
          if (now - lateAt >= 0) {
            throw new StepFailedException("its deadline has passed before step " + step.name());
          }
          try {
            T result = part.within(Duration.ofNanos(Math.max(1, end - now)));
            answered(gate);
            return result;
          } catch (LetGoException | StepFailedException e) {
            throw e;
          } catch (Throwable e) {
            Duration pause = pauseAfter(e);
            yieldIfSilent(step, gate, e);
            context.pause(pause);
          }
        }
      } finally {
        left(gate);
      }
    }

    private Duration pauseAfter(Throwable e) throws StepFailedException, LetGoException {
      context.heed(e);
      if (StepFailures.isMoving(e) && System.nanoTime() + MOVING.toNanos() - end < 0) {
        return MOVING;
      }
      failed++;
      String reason = "step " + step.name() + ": " + StepFailures.words(e);
      tell(Kind.ACTION_FAILED, step, StepFailures.words(e));
      Duration pause = step.retry().pauseAfter(failed);
      if (StepFailures.isPermanent(e) || failed >= step.retry().attempts()) {
        throw new StepFailedException(reason, e);
      }
      if (System.nanoTime() + pause.toNanos() - end >= 0) {
        throw new StepFailedException(reason + "; its deadline has passed", e);
      }
      return pause;
    }
  }

  /**
   * Begins to try a step's action.
   *
   * @param end by when it has to be done
   * @param lateAt when the saga's own time is over
   */
  Forward forward(Step<?> step, long end, long lateAt) {
    return new Forward(step, end, lateAt);
  }

  /**
   * Tries until it succeeds; waits elsewhere for servers, and for a person when waiting is vain.
   *
   * @param name what a person is told, and settles
   * @param place at which it works, if that is known
   */
  <T> T back(Step<?> step, String name, @Nullable Place place, Part<T> part)
      throws SQLException, LetGoException {
    Gates.Gate gate = entered(step, place);
    try {
      int moved = 0;
      for (int failed = 0; ; ) {
        context.requireOpen();
        try {
          T result = part.within(step.deadline());
          answered(gate);
          return result;
        } catch (LetGoException e) {
          throw e;
        } catch (Throwable e) {
          context.heed(e);
          if (StepFailures.isMoving(e) && moved++ < MOST_MOVES) {
            context.pause(MOVING);
            continue;
          }
          failed++;
          tell(Kind.COMPENSATION_FAILED, step, StepFailures.words(e));
          if (failed < step.retry().attempts()) {
            yieldIfSilent(step, gate, e);
            context.pause(step.retry().pauseAfter(failed));
          } else if (StepFailures.isFromOutside(e)) {
            silent(gate, e);
            release(step);
          } else {
            park(step, name, place, "compensation, step " + name + ": " + StepFailures.words(e));
          }
        }
      }
    } finally {
      left(gate);
    }
  }

  /** Goes to a shard, or puts the saga aside if there is no room. */
  private Gates.@Nullable Gate entered(Step<?> step, @Nullable Place place)
      throws SQLException, LetGoException {
    if (gates == null || place == null) {
      return null;
    }
    Gates.Gate gate = gates.of(context.work().shardOf(place));
    Duration pause;
    synchronized (inside) {
      boolean already = inside.contains(gate);
      pause = already ? null : gate.enter();
      if (pause == null) {
        inside.add(gate);
      }
    }
    if (pause != null) {
      postpone(step, pause);
    }
    return gate;
  }

  /** Leaves a shard with the last of the parallel steps that are there. */
  private void left(Gates.@Nullable Gate gate) {
    if (gate != null) {
      synchronized (inside) {
        inside.remove(gate);
        if (!inside.contains(gate)) {
          gate.leave();
        }
      }
    }
  }

  private static void answered(Gates.@Nullable Gate gate) {
    if (gate != null) {
      gate.answered();
    }
  }

  private static boolean silent(Gates.@Nullable Gate gate, Throwable failure) {
    return gate == null || !StepFailures.isAway(failure) || gate.silent();
  }

  private void yieldIfSilent(Step<?> step, Gates.@Nullable Gate gate, Throwable failure)
      throws SQLException, LetGoException {
    if (!silent(gate, failure)) {
      postpone(step, Duration.ofSeconds(1));
    }
  }

  private void postpone(Step<?> step, Duration pause) throws SQLException, LetGoException {
    require(records.postpone(record, pause));
    tell(Kind.RELEASED, step, null);
    throw new LetGoException("it waits for a shard");
  }

  /** The pause before one is taken up again that could not go on. */
  static Duration pauseOf(RetryPolicy retry, int releases) {
    Duration pause =
        retry.longestPause().plusMillis(100).multipliedBy(1L << Math.min(releases, MOST_DOUBLINGS));
    return pause.compareTo(LONGEST_RELEASE) < 0 ? pause : LONGEST_RELEASE;
  }

  private void release(Step<?> step) throws SQLException, LetGoException {
    require(records.release(record, pauseOf(step.retry(), record.releases())));
    tell(Kind.RELEASED, step, null);
    throw new LetGoException("it waits for a server");
  }

  private void park(Step<?> step, String name, @Nullable Place place, String reason)
      throws SQLException, LetGoException {
    require(records.park(record, name, place, reason));
    tell(Kind.PARKED, step, reason);
    throw new LetGoException("it is parked");
  }

  private static void require(boolean changed) throws LetGoException {
    if (!changed) {
      throw new LetGoException("another process has taken it over");
    }
  }

  private void tell(Kind kind, Step<?> step, @Nullable String detail) {
    context.tell(saga, record.id(), kind, step.name(), detail);
  }
}
