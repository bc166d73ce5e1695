package io.shardjdbc.saga;

import io.shardjdbc.saga.SagaEvent.Kind;
import io.shardjdbc.saga.Steps.Acted;
import io.shardjdbc.saga.Steps.Closed;
import io.shardjdbc.saga.work.Gates;
import io.shardjdbc.saga.work.LetGoException;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.StepFailures;
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
 * <p><b>The caller's code proves nothing.</b> A codec or a key function may throw here and may not
 * have thrown there. So where a step runs is read from the row before it ({@link Places}), what was
 * done is read from the journal as text, and a state is decoded for the caller's compensation only;
 * if that fails, the saga waits for a person with nothing taken for done or undone. A step of which
 * no row says where it runs is closed on every shard.
 *
 * <p>The record on the home shard turns one way only, under the lease's epoch: running, perhaps
 * compensating, then an end. Sources: H. Garcia-Molina, K. Salem, "Sagas", SIGMOD 1987, for the
 * model; fencing by a key that both sides insert is the abort of an uncertain participant in
 * commit-point protocols.
 *
 * @param <S> the type of the saga's state
 */
final class SagaRun<S> {

  /** Behind a step's name where its action cannot be closed, so that this is what is settled. */
  static final String ACTION = "/action";

  private final Saga<S> saga;
  private final SagaRecord record;
  private final RunContext context;
  private final SagaRecords records;
  private final Steps<S> steps;
  private final Tries tries;
  private final long lateAt;
  private Places places;

  /** A step that was done, with the state after it as JSON. */
  private record Done<S>(Step<S> step, Place place, String after) {}

  /** A state and the JSON it is read from. */
  private record Read<S>(S state, String json) {}

  /**
   * @param gates which it has to pass on its way to a shard; null in a thread of the caller's, who
   *     waits himself
   */
  SagaRun(Saga<S> saga, SagaRecord record, RunContext context, @Nullable Gates gates) {
    this.saga = saga;
    this.record = record;
    this.context = context;
    this.records = context.records();
    this.steps = new Steps<>(context, saga.codec(), record);
    this.tries = new Tries(saga, record, context, gates);
    this.lateAt = System.nanoTime() + record.left().toNanos();
    this.places = record.places();
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

  /** The end state, as JSON. */
  private String forward() throws SQLException, StepFailedException, LetGoException {
    Read<S> now = input();
    Places at = places;
    List<List<Step<S>>> groups = saga.groups();
    for (int i = 0; i < groups.size(); i++) {
      List<Step<S>> group = groups.get(i);
      List<Step<S>> next = i + 1 < groups.size() ? groups.get(i + 1) : List.of();
      List<Step<S>> following = group.size() == 1 ? next : List.of();
      S before = now.state();
      Places here = at;
      List<Acted<S>> after =
          context.group().all(group, step -> forward(step, before, here, following));
      if (group.size() == 1) {
        now = new Read<>(after.get(0).state(), after.get(0).json());
        at = after.get(0).next();
      } else {
        now = merged(before, after.stream().map(Acted::state).toList());
        at = placed(next, now.state());
      }
    }
    return now.json();
  }

  private Read<S> input() throws StepFailedException {
    try {
      return new Read<>(saga.codec().decode(record.input()), record.input());
    } catch (RuntimeException | Error e) {
      throw new StepFailedException("its input cannot be read: " + StepFailures.words(e), e);
    }
  }

  private Read<S> merged(S before, List<S> after) throws StepFailedException {
    try {
      String json = steps.encode(saga.codec().merge(before, after));
      return new Read<>(saga.codec().decode(json), json);
    } catch (RuntimeException | Error e) {
      throw new StepFailedException(
          "parallel steps returned states that do not merge: " + StepFailures.words(e), e);
    }
  }

  /** Decides once for all where the steps after parallel ones run. */
  private Places placed(List<Step<S>> next, S state) throws SQLException, LetGoException {
    if (!places.areKnown(next)) {
      Places more = Places.of(context.work(), next, state);
      if (more.areKnown(next)) {
        places = places.and(more);
        require(records.place(record, places));
      }
    }
    return places;
  }

  private Acted<S> forward(Step<S> step, S before, Places at, List<Step<S>> following)
      throws StepFailedException, LetGoException, SQLException {
    long start = System.nanoTime();
    long own = start + step.deadline().toNanos();
    long end = own - lateAt < 0 ? own : lateAt;
    Tries.Forward forward = tries.forward(step, end, lateAt);
    Place place = forward.until(null, limit -> placeOf(step, before, at));
    return forward.until(
        place,
        limit -> {
          context.tell(saga, record.id(), Kind.ACTION_TRIED, step.name(), null);
          Acted<S> done = steps.act(step, place, before, following, limit);
          context.tell(saga, record.id(), Kind.ACTION_DONE, step.name(), null);
          return done;
        });
  }

  private Place placeOf(Step<S> step, S before, Places at)
      throws SQLException, StepFailedException {
    Place known = at.of(step);
    if (known != null) {
      return known;
    }
    String reason = "step " + step.name() + ": its key cannot be told";
    try {
      Place computed = Places.computed(context.work(), step, before);
      if (at.isNowhere(step)) {
        throw new StepFailedException(reason);
      }
      return computed;
    } catch (SQLException | RuntimeException | Error e) {
      if (at.isNowhere(step) || Places.isFinal(e)) {
        throw new StepFailedException(reason + ": " + StepFailures.words(e), e);
      }
      throw e;
    }
  }

  private void complete(String end) throws SQLException, LetGoException, StepFailedException {
    try {
      require(records.completed(record, end));
    } catch (SQLException e) {
      if (StepFailures.isPermanent(e)) {
        throw new StepFailedException("its end state cannot be kept: " + StepFailures.words(e), e);
      }
      throw e;
    }
    context.tell(saga, record.id(), Kind.COMPLETED, null, null);
  }

  private void back() throws SQLException, LetGoException {
    List<Done<S>> done = new ArrayList<>();
    Optional<String> end = closed(done);
    if (end.isPresent()) {
      try {
        complete(end.get()); // another has done the last step: nothing is left to fail
        return;
      } catch (StepFailedException e) {
        // What cannot be kept is undone.
      }
    }
    for (int i = done.size() - 1; i >= 0; i--) {
      Done<S> one = done.get(i);
      StepCompensation<S> compensation = one.step().compensation();
      if (compensation != null) {
        String name = one.step().name();
        tries.back(
            one.step(),
            name,
            one.place(),
            limit -> {
              context.tell(saga, record.id(), Kind.COMPENSATION_TRIED, name, null);
              steps.compensate(one.step(), one.place(), compensation, one.after(), limit);
              context.tell(saga, record.id(), Kind.COMPENSATION_DONE, name, null);
              return true;
            });
      }
    }
    require(records.compensated(record));
    context.tell(saga, record.id(), Kind.COMPENSATED, null, null);
  }

  /**
   * Collects the steps that were done, after which no other can be done any more.
   *
   * @return the end state if that is all of them
   */
  private Optional<String> closed(List<Done<S>> done) throws SQLException, LetGoException {
    Read<S> now = read(record.input());
    String end = record.input();
    Places at = places;
    for (List<Step<S>> group : saga.groups()) {
      List<Closed> after = new ArrayList<>();
      for (Step<S> step : group) {
        Optional<Closed> result = closed(step, now, at);
        result.ifPresent(
            closed -> {
              after.add(closed);
              done.add(new Done<>(step, closed.place(), closed.json()));
            });
      }
      if (after.size() < group.size()) {
        return Optional.empty();
      }
      if (group.size() == 1) {
        end = after.get(0).json();
        at = after.get(0).next();
        now = read(end);
      } else {
        now = merged(now, after);
        at = places;
        end = now == null ? null : now.json();
      }
    }
    return Optional.ofNullable(end);
  }

  /** A state, if the codec can read it here. */
  private @Nullable Read<S> read(String json) {
    try {
      return new Read<>(saga.codec().decode(json), json);
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  private @Nullable Read<S> merged(@Nullable Read<S> before, List<Closed> after) {
    List<S> states = new ArrayList<>();
    for (Closed one : after) {
      Read<S> state = read(one.json());
      if (state != null) {
        states.add(state.state());
      }
    }
    if (before == null || states.size() < after.size()) {
      return null;
    }
    try {
      return merged(before.state(), states);
    } catch (StepFailedException e) {
      return null;
    }
  }

  private Optional<Closed> closed(Step<S> step, @Nullable Read<S> before, Places at)
      throws SQLException, LetGoException {
    String part = step.name() + ACTION;
    if (record.settledSteps().contains(part) || at.isNowhere(step)) {
      return Optional.empty();
    }
    Place place = at.of(step);
    return tries.back(
        step,
        part,
        place,
        limit ->
            place == null ? closedSomewhere(step, before, limit) : steps.close(step, place, limit));
  }

  private Optional<Closed> closedSomewhere(Step<S> step, @Nullable Read<S> before, Duration limit)
      throws SQLException {
    if (before == null) {
      return steps.closeEverywhere(step, limit);
    }
    Place place;
    try {
      place = Places.computed(context.work(), step, before.state());
    } catch (SQLException | RuntimeException | Error e) {
      if (Places.isFinal(e)) {
        return steps.closeEverywhere(step, limit);
      }
      throw e;
    }
    return steps.close(step, place, limit);
  }
}
