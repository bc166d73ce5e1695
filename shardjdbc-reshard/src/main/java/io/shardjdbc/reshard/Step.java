package io.shardjdbc.reshard;

/**
 * How far a move is; its row on the source says it.
 *
 * <p>Each is the name of what is being done, or to be done next. Whoever finds it does it anew: all
 * of them can be done twice.
 */
public enum Step {
  /** The guards are put up, and nobody works by the map of before any more. */
  PREPARE(true, "guards are put up"),
  /** The rows are copied, and what changes meanwhile follows. */
  COPY(true, "rows are copied"),
  /** Both sides are compared. */
  VERIFY(true, "both sides are compared"),
  /** The owner changes. */
  FLIP(true, "the owner changes"),
  /** The target takes what the source has given up: from here on only forward. */
  OWN(false, "the target takes the rows"),
  /** What whoever needed it has not brought, is brought: from here on with read-through only. */
  ARRIVE(false, "rows come, key by key"),
  /** The way back is opened. */
  SETTLE(false, "the way back is opened"),
  /** The move has been made, and can be taken back. */
  SETTLED(false, "made, and can be taken back"),
  /** The owner changes back. */
  RETURN(false, "the owner changes back"),
  /** The source takes what the target has given up. */
  OWN_AGAIN(false, "the source takes the rows again"),
  /** What was copied to the target is deleted there. */
  CLEAN_TARGET(false, "copies on the target are deleted"),
  /** What has moved is deleted on the source. */
  CLEAN_SOURCE(false, "copies on the source are deleted"),
  /** Nothing is left to do. */
  DONE(false, "nothing is left to do");

  private final boolean beforeFlip;

  private final String words;

  Step(boolean beforeFlip, String words) {
    this.beforeFlip = beforeFlip;
    this.words = words;
  }

  /** What is being done, for people. */
  public String inWords() {
    return words;
  }

  /** Whether the move can be given up as if it had never been. */
  public boolean isBeforeFlip() {
    return beforeFlip;
  }
}
