package io.shardjdbc.saga.work;

import java.io.Serial;

/** This process has nothing more to do with a saga for now: another has it, or it waits. */
public final class LetGoException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean held;

  public LetGoException(String why) {
    this(why, false);
  }

  private LetGoException(String why, boolean held) {
    super(why);
    this.held = held;
  }

  /** This thread or process stops in the middle, with the lease still its own. */
  public static LetGoException stopped(String why) {
    return new LetGoException(why, true);
  }

  /** Whether the lease is still to be given back. */
  public boolean isHeld() {
    return held;
  }
}
