package io.shardjdbc.reshard;

/**
 * Hears how a move goes on, on the mover's thread.
 *
 * <p>What it throws ends the mover where it is; another one can go on from there.
 */
public interface MoveListener {

  /** Hears nothing. */
  MoveListener NONE = new MoveListener() {};

  /** A step begins. */
  default void onStep(int move, Step step) {}

  /**
   * Something within a step has been done.
   *
   * @param what in a few words, such as {@code guards on s0}
   */
  default void onProgress(int move, Step step, String what) {}

  /** A copy goes on; said twice a second, and when it has ended. */
  default void onCopy(int move, CopyProgress progress) {}

  /** The owner could not be changed now, and is tried again. */
  default void onBlocked(int move, String why) {}
}
