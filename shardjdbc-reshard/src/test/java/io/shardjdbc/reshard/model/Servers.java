package io.shardjdbc.reshard.model;

import static io.shardjdbc.reshard.model.State.*;

/**
 * What servers do by themselves: apply, flush, replay, and crash.
 *
 * @param replicaIsRead whether somebody can see how far the source's replica is
 */
record Servers(Rules rules, boolean replicaIsRead) {

  void next(long s, Steps steps) {
    boolean subscribed =
        rules.replicates() && TARGET_ROWS.isSet(s) && TARGET_PHASE.of(s) == INCOMING;
    if (subscribed && TARGET_VALUE.of(s) < SOURCE_VALUE.of(s)) {
      steps.to(TARGET_VALUE.with(s, TARGET_VALUE.of(s) + 1));
    }
    if (TARGET_FLUSHED.of(s) < TARGET_VALUE.of(s)) {
      steps.to(TARGET_FLUSHED.with(s, TARGET_VALUE.of(s)));
      steps.to(crashOfTarget(s));
    }
    if (replicaIsRead) {
      replay(s, steps);
    }
  }

  private static void replay(long s, Steps steps) {
    if (REPLICA_VALUE.of(s) < SOURCE_VALUE.of(s)) {
      steps.to(REPLICA_VALUE.with(s, REPLICA_VALUE.of(s) + 1));
    } else if (REPLICA_ROWS.of(s) != SOURCE_ROWS.of(s)) {
      steps.to(REPLICA_ROWS.with(s, SOURCE_ROWS.of(s)));
    }
  }

  /** What was applied and not flushed is away; a subscription brings it again. */
  private long crashOfTarget(long s) {
    long after = TARGET_VALUE.with(s, TARGET_FLUSHED.of(s));
    if (rules.has(Part.ONE_SESSION_ON_TARGET) && Mover.asksTarget(s)) {
      return Mover.givenUp(after);
    }
    return after;
  }
}
