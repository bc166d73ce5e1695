package io.shardjdbc.saga;

import io.shardjdbc.saga.SagaEvent.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One saga being run by this process, from wherever it stands to wherever it comes.
 *
 * <p><b>The journal is the truth, and it is where the work is.</b> A step's row commits in the
 * step's own transaction, so a step is done if its row is there, and nothing else has to be asked
 * or told. Running a saga and resuming it are the same walk: every step is tried from the first one
 * on, and where the journal has a row already, the state that it holds is taken instead. As keys
 * are taken from states, and states from the journal, every process walks the same way.
 *
 * <p><b>Two processes may believe that a saga is theirs.</b> A lease says who should run it, but
 * one who was stopped in the middle of a step (a pause of the machine, a network cut off) wakes up
 * later and goes on. Therefore no lease is trusted where it matters. Going forward twice is
 * harmless: the row's primary key lets one do each step, and the other takes its result. Going back
 * twice is harmless for the same reason. And so that nobody goes forward while another goes back,
 * whoever goes back first walks the steps in their order and puts a row {@code never} into the
 * place of the first action that has none. That row and the action's are one key: one of both wins
 * for ever. If the row {@code never} wins, no later step can be done either, for its state would be
 * that step's; if it loses, the action is done, and will be undone. Only then is anything undone;
 * and if the walk finds every step done, nothing is: the saga is completed, late or not, so that
 * the last step needs no compensation.
 *
 * <p>The record on the home shard turns one way only, under the lease's epoch: running, perhaps
 * compensating, then an end. Sources: H. Garcia-Molina, K. Salem, "Sagas", SIGMOD 1987, for the
 * model; fencing by a key that both sides insert is the abort of an uncertain participant in
 * commit-point protocols.
 *
 * @param <S> the type of the saga's state
 */
final class SagaRun<S> {

  private static final Duration LONGEST_RELEASE = Duration.ofMinutes(1);
  private static final int MOST_DOUBLINGS = 10;

  /** Behind a step's name where its action cannot be closed, so that this is what is settled. */
  private static final String ACTION = "/action";

  private final Saga<S> saga;
  private final SagaRecord record;
  private final RunContext context;
  private final SagaRecords records;
  private final Steps<S> steps;
  private final long lateAt;

  /** A step that was done, with the state before and after it. */
  private record Done<S>(Step<S> step, S before, S after) {}

  SagaRun(Saga<S> saga, SagaRecord record, RunContext context) {
    this.saga = saga;
    this.record = record;
    this.context = context;
    this.records = context.records();
    this.steps = new Steps<>(context.work(), saga.codec(), record);
    this.lateAt = System.nanoTime() + record.left().toNanos();
  }

  /**
   * Runs it until it ends or has to wait.
   *
   * @throws LetGoException if it goes on elsewhere or later
   * @throws SQLException if its home shard fails; it is due again when the lease has run out
   */
  void run() throws SQLException, LetGoException {
    if (record.status() == SagaStatus.RUNNING) {
      try {
        complete(forward());
        return;
      } catch (StepFailedException e) {
        String reason = String.valueOf(e.getMessage());
        require(records.compensate(record, reason));
        context.tell(saga, record.id(), Kind.COMPENSATING, null, reason);
      }
    }
    back();
  }

  private static void require(boolean changed) throws LetGoException {
    if (!changed) {
      throw new LetGoException("another process has taken it over");
    }
  }

  private S forward() throws StepFailedException, LetGoException {
    S state = decodedInput();
    for (List<Step<S>> group : saga.groups()) {
      S before = state;
      List<S> after = context.group().all(group, step -> forward(step, before));
      state = merged(before, after);
    }
    return state;
  }

  private S decodedInput() throws StepFailedException {
    try {
      return saga.codec().decode(record.input());
    } catch (RuntimeException e) {
      throw new StepFailedException("its input cannot be read: " + Failures.words(e), e);
    }
  }

  private S merged(S before, List<S> after) throws StepFailedException {
    if (after.size() == 1) {
      return after.get(0);
    }
    try {
      return saga.codec().merge(before, after);
    } catch (RuntimeException e) {
      throw new StepFailedException(
          "parallel steps returned states that do not merge: " + Failures.words(e), e);
    }
  }

  private S forward(Step<S> step, S before) throws StepFailedException, LetGoException {
    long end = System.nanoTime() + step.deadline().toNanos();
    for (int failed = 0; ; ) {
      context.requireOpen();
      if (System.nanoTime() - lateAt >= 0) {
        throw new StepFailedException("its deadline has passed before step " + step.name());
      }
      try {
        tell(Kind.ACTION_TRIED, step, null);
        S after = steps.act(step, before, Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        tell(Kind.ACTION_DONE, step, null);
        return after;
      } catch (LetGoException e) {
        throw e;
      } catch (Throwable e) {
        context.heed(e);
        failed++;
        String reason = "step " + step.name() + ": " + Failures.words(e);
        tell(Kind.ACTION_FAILED, step, Failures.words(e));
        Duration pause = step.retry().pauseAfter(failed);
        if (Failures.isPermanent(e) || failed >= step.retry().attempts()) {
          throw new StepFailedException(reason, e);
        }
        if (System.nanoTime() + pause.toNanos() - end >= 0) {
          throw new StepFailedException(reason + "; its deadline has passed", e);
        }
        context.pause(pause);
      }
    }
  }

  private void back() throws SQLException, LetGoException {
    List<Done<S>> done = new ArrayList<>();
    Optional<S> end = closed(done);
    if (end.isPresent()) {
      complete(end.get()); // another has done the last step: nothing is left to fail
      return;
    }
    for (int i = done.size() - 1; i >= 0; i--) {
      Done<S> one = done.get(i);
      StepCompensation<S> compensation = one.step().compensation();
      if (compensation != null) {
        untilDone(
            one.step(),
            one.step().name(),
            limit -> {
              tell(Kind.COMPENSATION_TRIED, one.step(), null);
              steps.compensate(one.step(), compensation, one.before(), one.after(), limit);
              tell(Kind.COMPENSATION_DONE, one.step(), null);
              return true;
            });
      }
    }
    require(records.compensated(record));
    context.tell(saga, record.id(), Kind.COMPENSATED, null, null);
  }

  private void complete(S end) throws SQLException, LetGoException {
    require(records.completed(record, steps.encode(end)));
    context.tell(saga, record.id(), Kind.COMPLETED, null, null);
  }

  /**
   * Collects the steps that were done, after which no other can be done any more.
   *
   * @return the last state if that is all of them
   */
  private Optional<S> closed(List<Done<S>> done) throws SQLException, LetGoException {
    try {
      S state = decodedInput();
      for (List<Step<S>> group : saga.groups()) {
        S before = state;
        List<S> after = new ArrayList<>();
        for (Step<S> step : group) {
          Optional<S> result = closed(step, before);
          result.ifPresent(
              value -> {
                after.add(value);
                done.add(new Done<>(step, before, value));
              });
        }
        if (after.size() < group.size()) {
          return Optional.empty();
        }
        state = merged(before, after);
      }
      return Optional.of(state);
    } catch (StepFailedException e) {
      return Optional.empty(); // what cannot be read or merged here, nobody has gone beyond
    }
  }

  private Optional<S> closed(Step<S> step, S before) throws SQLException, LetGoException {
    String part = step.name() + ACTION;
    if (record.settledSteps().contains(part)) {
      return Optional.empty();
    }
    try {
      step.key().of(before);
    } catch (RuntimeException e) {
      return Optional.empty(); // it gives the same for everybody, so nobody has done it
    }
    return untilDone(step, part, limit -> steps.close(step, before, limit));
  }

  /** Something on the way back. */
  @FunctionalInterface
  private interface Part<T> {
    T within(Duration limit) throws Exception;
  }

  /**
   * Tries until it succeeds; waits elsewhere for servers, and for a person when waiting is vain.
   */
  private <T> T untilDone(Step<S> step, String name, Part<T> part)
      throws SQLException, LetGoException {
    for (int failed = 0; ; ) {
      context.requireOpen();
      try {
        return part.within(step.deadline());
      } catch (Throwable e) {
        context.heed(e);
        failed++;
        tell(Kind.COMPENSATION_FAILED, step, Failures.words(e));
        if (failed < step.retry().attempts()) {
          context.pause(step.retry().pauseAfter(failed));
        } else if (Failures.isFromOutside(e)) {
          release(step);
        } else {
          park(step, name, "compensation, step " + name + ": " + Failures.words(e));
        }
      }
    }
  }

  private void release(Step<S> step) throws SQLException, LetGoException {
    Duration pause =
        step.retry()
            .longestPause()
            .plusMillis(100)
            .multipliedBy(1L << Math.min(record.releases(), MOST_DOUBLINGS));
    require(
        records.release(record, pause.compareTo(LONGEST_RELEASE) < 0 ? pause : LONGEST_RELEASE));
    tell(Kind.RELEASED, step, null);
    throw new LetGoException("it waits for a server");
  }

  private void park(Step<S> step, String name, String reason) throws SQLException, LetGoException {
    require(records.park(record, name, reason));
    tell(Kind.PARKED, step, reason);
    throw new LetGoException("it is parked");
  }

  private void tell(Kind kind, Step<S> step, @Nullable String detail) {
    context.tell(saga, record.id(), kind, step.name(), detail);
  }
}
