package io.shardjdbc.reshard.control;

/**
 * What keeps a move from doing harm, and can be taken out, so that tests under faults can show that
 * they would find what it keeps out. Nothing but a test takes one out.
 */
@SuppressWarnings("ImmutableEnumChecker") // that is the point of it
public enum MoveFence {
  /** The source's server refuses writes of rows that have moved. */
  GUARD,
  /** Writers keep the move's lock shared to their end, and the flip takes it for itself. */
  LOCK_OF_WRITERS,
  /** Rows are copied when no process works by the map of before. */
  BARRIER_BEFORE_COPY,
  /** Rows are deleted when no process works by the map of before the flip. */
  BARRIER_BEFORE_DELETION,
  /** The barrier asks for who works by an old map, not only for who has installed the new one. */
  BARRIER_COUNTS_WORK,
  /** The flip waits until the target has applied all that the source has committed. */
  WAIT_FOR_TARGET,
  /** The flip waits until the target has written that to its disk. */
  FLUSH_OF_TARGET,
  /** Marker and flush are seen by one session, which a crash of the target ends. */
  ONE_SESSION_ON_TARGET,
  /** The flip waits until each process has promised to read moved rows by the old map no more. */
  ACKNOWLEDGED_READS,
  /** The flip fails where the rows were given back meanwhile. */
  FLIP_COMPARES,
  /** Reads on the target leave out what is being copied to it. */
  HIDDEN_ON_TARGET,
  /** Reads on the source leave out what has moved. */
  HIDDEN_ON_SOURCE,
  /** What a mover has read of a journal is not applied when another mover has taken over. */
  APPLY_COMPARES;

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
