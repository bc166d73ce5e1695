package io.shardjdbc.moment;

/** Whose statement waits for a moment, which another thread may cancel meanwhile. */
public interface Asker {

  /**
   * The wait begins.
   *
   * @param cancel ends it with an error; any thread may call it, also when it is over
   */
  void waits(Runnable cancel);

  /** The wait is over. */
  void waitsNoMore();
}
