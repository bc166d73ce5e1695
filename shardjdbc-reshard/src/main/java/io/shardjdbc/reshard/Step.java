package io.shardjdbc.reshard;

/**
 * How far a move is; its row on the source says it.
 *
 * <p>Each is the name of what is being done, or to be done next. Whoever finds it does it anew: all
 * of them can be done twice.
 */
public enum Step {
  /** The guards are put up, and nobody works by the map of before any more. */
  PREPARE(true),
  /** The rows are copied, and what changes meanwhile follows. */
  COPY(true),
  /** Both sides are compared. */
  VERIFY(true),
  /** The owner changes. */
  FLIP(true),
  /** The target takes what the source has given up: from here on only forward. */
  OWN(false),
  /** The way back is opened. */
  SETTLE(false),
  /** The move has been made, and can be taken back. */
  SETTLED(false),
  /** The owner changes back. */
  RETURN(false),
  /** The source takes what the target has given up. */
  OWN_AGAIN(false),
  /** What was copied to the target is deleted there. */
  CLEAN_TARGET(false),
  /** What has moved is deleted on the source. */
  CLEAN_SOURCE(false),
  /** Nothing is left to do. */
  DONE(false);

  private final boolean beforeFlip;

  Step(boolean beforeFlip) {
    this.beforeFlip = beforeFlip;
  }

  /** Whether the move can be given up as if it had never been. */
  public boolean isBeforeFlip() {
    return beforeFlip;
  }
}
