package io.shardjdbc.tests.program;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A program on both sides, step by step.
 *
 * <p>What the library refuses, the one PostgreSQL is not asked: outside of a transaction, the step
 * is left out there; in one, it gets an error in its place, because a refusal aborts a transaction.
 * So both sides go on alike, up to the end.
 */
final class ProgramRun {

  private static final Pattern ENDS = Pattern.compile("COMMIT|ROLLBACK|BEGIN");

  /** What fails may have used up other numbers on one side than on the other. */
  private static final Pattern TAKES_NUMBERS = Pattern.compile("INSERT|COPY|next");

  private static final Pattern NUMBERS_OF_SESSION = Pattern.compile("lastval|currval");

  private final World world;
  private final Tally tally;
  private final Damage damage;
  private final EndStates states;

  /** Whether it is not known what the one PostgreSQL would have to do to go on alike. */
  private boolean lost;

  ProgramRun(World world, Tally tally, Damage damage) {
    this.world = world;
    this.tally = tally;
    this.damage = damage;
    this.states = new EndStates(world);
  }

  /** Runs it, and says where the sides differ, if anywhere. */
  Optional<String> run(Program program) throws SQLException {
    lost = false;
    world.begin(program.defines());
    List<Session> over = new ArrayList<>();
    List<Session> one = new ArrayList<>();
    try {
      for (int i = 0; i < program.sessions(); i++) {
        over.add(
            new Session(
                false,
                world.variant(),
                () -> world.over(program.mode()),
                (c, traced) -> c.close(),
                world.branchesOver()));
        one.add(
            new Session(true, world.variant(), world::one, world::giveBack, world.branchesOfOne()));
      }
      for (Step step : program.steps()) {
        Optional<String> difference =
            step(step, over.get(step.session()), one.get(step.session()), over, one);
        if (difference.isPresent() || lost) {
          return difference;
        }
      }
      return end(program, over, one);
    } finally {
      for (Session session : over) {
        session.close();
      }
      for (Session session : one) {
        session.close();
      }
    }
  }

  private Optional<String> step(
      Step step, Session over, Session one, List<Session> allOver, List<Session> others)
      throws SQLException {
    if (NUMBERS_OF_SESSION.matcher(step.text()).find() && over.numbersDiffer()) {
      return Optional.empty();
    }
    Seen actual = Seen.of(over, step);
    boolean expects =
        Waits.isExpected(step, actual, allOver, others) || isReadOnlyByText(actual, one);
    Optional<String> code = expects ? Optional.of(actual.state()) : actual.code();
    if (code.isPresent() && (expects || Codes.isRefusal(code.get()))) {
      tally.refused(code.get());
      if (System.getProperty("shardjdbc.programs.show") != null) {
        System.out.println(step + "\n    " + actual);
      }
      over.noteRefusal();
      // What came before the part that is refused may have been committed.
      lost = step.text().startsWith("together") && ENDS.matcher(step.text()).find();
      boolean alone = one.connection().getAutoCommit() && !one.inTransaction();
      boolean ends = endsByItself(step, one, alone);
      if (Controls.commits(step) || ends) {
        one.rollback();
        one.connection().setAutoCommit(over.connection().getAutoCommit());
      } else if (one.inTransaction()
          && !XaUses.isOne(step)
          && (Codes.aborts(code.get()) || over.answersAborted())) {
        one.fail();
      }
      align(step);
      return Optional.empty();
    }
    one.traces(step.text());
    Seen expected = Seen.of(one, damage.of(step));
    if (one.connection().isClosed()) {
      return Optional.of(
          step + "\n    closes one PostgreSQL: " + expected + "\n    over shards: " + actual);
    }
    if (takesNumbersApart(step, expected, actual)) {
      lost = true; // the sequences go on otherwise
      return Optional.empty();
    }
    if (expected.failed() && actual.failed()) {
      tally.failed();
      if (!one.isAborted() && one.inTransaction() && over.answersAborted()) {
        one.fail(); // the driver refused a value, of which one server never hears
      }
      align(step);
    } else {
      tally.answered();
    }
    if (step.text().equals("auto-commit")) {
      one.connection().setAutoCommit(over.connection().getAutoCommit());
    }
    return new Sameness(step).difference(expected, actual).map(what -> step + "\n    " + what);
  }

  /**
   * Batches of texts end the transaction in which they run, however it was begun; so do steps that
   * turn auto-commit off for themselves, and roll back at their end.
   */
  private static boolean endsByItself(Step step, Session one, boolean alone) throws SQLException {
    if (step.text().startsWith("listen and hear") || step.text().startsWith("hold ")) {
      return one.connection().getAutoCommit();
    }
    return step.text().startsWith("batch of INSERT or so: [")
        ? one.connection().getAutoCommit()
        : alone && step.text().startsWith("batch");
  }

  /** Over shards, who takes numbers of a sequence does not lock it until his transaction ends. */
  private static boolean takesNumbersApart(Step step, Seen expected, Seen actual) {
    return step.text().startsWith("ALTER SEQUENCE")
        && expected.state().equals(Waits.STATE)
        && !actual.failed();
  }

  /**
   * PostgreSQL's driver forgets that a connection is read-only where a text begins the transaction.
   */
  private static boolean isReadOnlyByText(Seen actual, Session one) throws SQLException {
    return actual.state().equals("25006") && one.connection().isReadOnly();
  }

  private void align(Step step) throws SQLException {
    if (TAKES_NUMBERS.matcher(step.text()).find()) {
      world.databases().alignSequences();
    }
  }

  private Optional<String> end(Program program, List<Session> over, List<Session> one)
      throws SQLException {
    for (int i = 0; i < program.sessions(); i++) {
      Optional<String> difference =
          states.ofSession(over.get(i), one.get(i), (int) program.seed() + i);
      if (difference.isPresent()) {
        return Optional.of("session " + i + " at the end: " + difference.get());
      }
    }
    for (int i = 0; i < program.sessions(); i++) {
      Optional<String> difference = states.ended(over.get(i), one.get(i), (int) program.seed() + i);
      if (difference.isPresent()) {
        return Optional.of("end of session " + i + ": " + difference.get());
      }
    }
    if (program.locks()) {
      Optional<String> difference = states.ofLocks();
      if (difference.isPresent()) {
        return difference;
      }
    }
    for (int i = 0; i < program.sessions(); i++) {
      over.get(i).close();
      one.get(i).close();
    }
    Optional<String> difference = states.ofBorrowers(program);
    return difference.isPresent() ? difference : world.databases().takeBack(program.defines());
  }
}
