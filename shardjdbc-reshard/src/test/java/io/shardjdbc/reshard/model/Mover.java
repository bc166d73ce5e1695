package io.shardjdbc.reshard.model;

import static io.shardjdbc.reshard.model.State.*;

import io.shardjdbc.reshard.Strategy;
import java.util.List;

/**
 * The mover: what it does next, and where it goes on after a crash.
 *
 * <p>Each step is one message to one server. What it knows only by itself is lost in a crash: the
 * lock of the flip, and what it has seen of the target.
 */
record Mover(Rules rules, List<Client> clients) {
  private static final int GUARD_TARGET = 0;
  private static final int OPEN_ON_SOURCE = 1;
  private static final int OPEN_ON_TARGET = 2;
  private static final int COPY = 3;
  private static final int CLOSE = 4;
  private static final int LOCK = 5;
  private static final int SEE_MARKER = 6;
  private static final int FLUSH = 7;
  private static final int FLIP = 8;
  private static final int OWN = 9;
  private static final int DELETE = 10;
  private static final int DONE = 11;
  private static final int ARRIVE = 12;

  /** Whether it has seen something of the target that its flip relies on. */
  static boolean asksTarget(long s) {
    return MOVER.of(s) == FLUSH;
  }

  /** The transaction of the flip has ended without a commit. */
  static long givenUp(long s) {
    int step = SOURCE_PHASE.of(s) == CLOSING ? LOCK : CLOSE;
    return MOVER.with(LOCKED.with(s, 0), step);
  }

  void next(long s, Steps steps) {
    int step = MOVER.of(s);
    boolean inFlip = step > LOCK && step <= FLIP;
    if (inFlip || (step == LOCK && SOURCE_PHASE.of(s) != CLOSING)) {
      steps.to(givenUp(s)); // it crashes, or notices that the rows were given back
    }
    if (rules.strategy() == Strategy.DOUBLE_WRITE) {
      bring(s, step, steps);
    }
    switch (step) {
      case GUARD_TARGET -> steps.to(to(OPEN_ON_SOURCE, TARGET_PHASE.with(s, INCOMING)));
      case OPEN_ON_SOURCE ->
          steps.to(to(OPEN_ON_TARGET, SOURCE_EPOCH.with(s, Epoch.OPEN.number())));
      case OPEN_ON_TARGET -> steps.to(to(COPY, TARGET_EPOCH.with(s, Epoch.OPEN.number())));
      case COPY -> copy(s, steps);
      case CLOSE -> close(s, steps);
      case LOCK -> lock(s, steps);
      case SEE_MARKER -> {
        if (!rules.has(Part.WAIT_FOR_TARGET)
            || rules.comes()
            || TARGET_VALUE.of(s) == SOURCE_VALUE.of(s)) {
          steps.to(to(FLUSH, s));
        }
      }
      case FLUSH -> // by a commit of its own, which is written behind all that was applied
          steps.to(
              to(
                  FLIP,
                  rules.has(Part.FLUSH_OF_TARGET)
                      ? TARGET_FLUSHED.with(s, TARGET_VALUE.of(s))
                      : s));
      case FLIP -> flip(s, steps);
      case OWN -> {
        long owned = TARGET_PHASE.with(s, OWNER);
        int next = rules.comes() ? ARRIVE : DELETE;
        steps.to(to(next, TARGET_EPOCH.with(owned, Epoch.MOVED.number())));
      }
      case ARRIVE -> arrive(s, steps);
      case DELETE -> delete(s, steps);
      default -> {}
    }
    if (rules.comes() && READ_BY_OLD_MOVER.isSet(s)) {
      long taken = step == DONE ? s : taken(s, READ_BY_OLD_MOVER.of(s) - 1, rules);
      steps.to(READ_BY_OLD_MOVER.with(taken, 0));
    }
  }

  /** It reads what the source has, whose writes have ended; who applies it may come late. */
  private void arrive(long s, Steps steps) {
    if (!READ_BY_OLD_MOVER.isSet(s)) {
      steps.to(READ_BY_OLD_MOVER.with(s, SOURCE_VALUE.of(s) + 1));
    }
    if (TARGET_ROWS.isSet(s)) {
      steps.to(to(DELETE, SOURCE_EPOCH.with(s, Epoch.ARRIVED.number())));
    }
  }

  /** A row that was read on the source comes, unless it has. */
  static long taken(long s, int value, Rules rules) {
    boolean has = TARGET_ROWS.isSet(s) && rules.has(Part.COMES_ONCE);
    return has ? s : TARGET_ROWS.with(applied(s, value), 1);
  }

  /**
   * What is written is brought by the mover, as it is then, and is on the disk when it is applied.
   * One that was replaced between reading and applying may go on at any time.
   */
  private void bring(long s, int step, Steps steps) {
    if (step > COPY && step <= FLIP) {
      int value = SOURCE_VALUE.of(s);
      steps.to(applied(s, value));
      if (!rules.has(Part.APPLY_COMPARES)) {
        steps.to(READ_BY_OLD_MOVER.with(s, value + 1));
      }
    }
    if (READ_BY_OLD_MOVER.isSet(s)) {
      steps.to(READ_BY_OLD_MOVER.with(applied(s, READ_BY_OLD_MOVER.of(s) - 1), 0));
    }
  }

  private static long applied(long s, int value) {
    return TARGET_FLUSHED.with(TARGET_VALUE.with(s, value), value);
  }

  private void copy(long s, Steps steps) {
    if (rules.has(Part.BARRIER_BEFORE_COPY)
        && !clients.stream().allMatch(client -> client.hasEnded(s, Epoch.OPEN))) {
      return;
    }
    steps.to(to(CLOSE, rules.comes() ? s : TARGET_ROWS.with(applied(s, SOURCE_VALUE.of(s)), 1)));
  }

  private static void close(long s, Steps steps) {
    Epoch next = sourceEpoch(s) == Epoch.OPEN ? Epoch.CLOSED : Epoch.CLOSED_AGAIN;
    long closing = SOURCE_PHASE.with(s, CLOSING);
    steps.to(to(LOCK, SOURCE_EPOCH.with(closing, next.number())));
  }

  private void lock(long s, Steps steps) {
    if (rules.has(Part.ACKNOWLEDGED_READS)
        && !clients.stream().allMatch(client -> client.hasPromised(s, sourceEpoch(s)))) {
      return;
    }
    if (rules.writersLock() && clients.stream().anyMatch(client -> client.isWriting(s))) {
      return;
    }
    steps.to(to(SEE_MARKER, LOCKED.with(s, 1)));
  }

  private void flip(long s, Steps steps) {
    if (rules.has(Part.FLIP_COMPARES) && SOURCE_PHASE.of(s) != CLOSING) {
      steps.to(givenUp(s));
      return;
    }
    long gone = LOCKED.with(SOURCE_PHASE.with(s, GONE), 0);
    steps.to(to(OWN, SOURCE_EPOCH.with(gone, Epoch.MOVED.number())));
  }

  private void delete(long s, Steps steps) {
    boolean arrived = rules.comes() && rules.has(Part.BARRIER_OF_ARRIVAL);
    Epoch least = arrived ? Epoch.ARRIVED : Epoch.MOVED;
    if (rules.has(Part.BARRIER_BEFORE_DELETION)
        && !clients.stream().allMatch(client -> client.hasLeft(s, least))) {
      return;
    }
    long clean = SOURCE_ROWS.with(s, 0);
    steps.to(to(DONE, SOURCE_EPOCH.with(clean, Epoch.CLEAN.number())));
  }

  private static long to(int step, long s) {
    return MOVER.with(s, step);
  }
}
