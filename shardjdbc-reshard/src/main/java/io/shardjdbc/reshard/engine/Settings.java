package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Window;
import io.shardjdbc.reshard.flip.Flip;
import java.time.Duration;

/**
 * How long a mover waits for what.
 *
 * @param barrier for processes to acknowledge
 * @param guard for the lock under which a trigger is created or dropped
 * @param flip for the owner to change, over all attempts
 * @param pause how long one attempt may keep writers and readers of the rows waiting
 * @param batch how many rows are deleted at a time
 * @param rest between two such batches
 * @param window when the owner may change
 * @param rate how many rows a second the mover copies or deletes at most; 0 for no limit
 * @param lag how many bytes of its primary's log a replica may have to replay while the mover
 *     writes; 0 for no limit
 */
public record Settings(
    Duration barrier,
    Duration guard,
    Duration flip,
    Duration pause,
    int batch,
    Duration rest,
    Window window,
    long rate,
    long lag) {

  /** Minutes for others, two seconds at most for those who wait. */
  public static final Settings DEFAULT =
      new Settings(
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(2),
          2_000,
          Duration.ofMillis(10),
          Window.ALWAYS,
          0,
          0);

  /** The same with another time for processes to acknowledge. */
  public Settings withBarrier(Duration duration) {
    return new Settings(duration, guard, flip, pause, batch, rest, window, rate, lag);
  }

  /** The same with another time for the owner to change. */
  public Settings withFlip(Duration duration) {
    return new Settings(barrier, guard, duration, pause, batch, rest, window, rate, lag);
  }

  /** The same with another time for those who wait. */
  public Settings withPause(Duration duration) {
    return new Settings(barrier, guard, flip, duration, batch, rest, window, rate, lag);
  }

  /** The same with other batches of deletion. */
  public Settings deleting(int rows, Duration between) {
    return new Settings(barrier, guard, flip, pause, rows, between, window, rate, lag);
  }

  /** The same with another time in which the owner may change. */
  public Settings within(Window times) {
    return new Settings(barrier, guard, flip, pause, batch, rest, times, rate, lag);
  }

  /** The same with other limits to what the mover itself copies and deletes. */
  public Settings notFasterThan(long rowsPerSecond, long bytesOfLag) {
    return new Settings(
        barrier, guard, flip, pause, batch, rest, window, rowsPerSecond, bytesOfLag);
  }

  Flip.Limits limits() {
    return Flip.Limits.of(pause);
  }
}
