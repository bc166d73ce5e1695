package io.shardjdbc.fence;

/**
 * What keeps a fault from doing harm, and can be taken out, so that tests under faults can show
 * that they would find what it keeps out. Nothing but a test takes one out.
 */
@SuppressWarnings("ImmutableEnumChecker") // that is the point of it
public enum Fence {
  /** A write whose answer is lost is called unknown. */
  LOST_ANSWERS,
  /** A session is closed before or behind what runs on it. */
  TURNS,
  /** Writes reach the copies of a reference table in one order. */
  COPY_ORDER,
  /** A transaction is ended by nobody whose configuration means another deciding database. */
  DECISION_STORE,
  /** What may have been forgotten is not taken for what was never decided. */
  HORIZON,
  /** Whoever rolls back for another sees to it that he can no longer decide to commit. */
  TOMBSTONES,
  /** A shard that could not be told of a commit is told before this process uses it again. */
  UNTOLD,
  /** A step whose row says that it never will be done is not done. */
  STEPS,
  /** A step that a person has settled is not compensated. */
  SETTLED,
  /** Transactions that add messages of one key wait for each other. */
  OUTBOX_ORDER,
  /** A connection whose exchange broke off in the middle is cut. */
  BROKEN_EXCHANGES,
  /** What fails aborts its transaction, whoever has found the fault. */
  ABORTS,
  /** A moment keeps all shards from deciding, not only those that are read. */
  ALL_DECIDERS,
  /** A moment comes after all that is decided has been told. */
  UNTOLD_PARTS,
  /** A circle of waits over shards counts only when it was seen twice. */
  SECOND_LOOK;

  private volatile boolean out;

  /** Whether it is out. */
  public boolean isOut() {
    return out;
  }

  /** Takes it out, or puts it back. */
  public void out(boolean taken) {
    out = taken;
  }
}
