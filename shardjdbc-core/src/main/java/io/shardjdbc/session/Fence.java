package io.shardjdbc.session;

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
  COPY_ORDER;

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
