package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.flip.Flip;
import java.time.Duration;

/**
 * How long a mover waits for what.
 *
 * @param barrier for processes to acknowledge
 * @param guard for the lock under which a trigger is created or dropped
 * @param flip for the owner to change, over all attempts
 * @param limits of one attempt
 * @param batch how many rows are deleted at a time
 * @param rest between two such batches
 */
public record Settings(
    Duration barrier, Duration guard, Duration flip, Flip.Limits limits, int batch, Duration rest) {

  public static final Settings DEFAULT =
      new Settings(
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Flip.Limits.DEFAULT,
          2_000,
          Duration.ofMillis(10));

  /** The same with another time for processes to acknowledge. */
  public Settings withBarrier(Duration duration) {
    return new Settings(duration, guard, flip, limits, batch, rest);
  }

  /** The same with another time for the owner to change. */
  public Settings withFlip(Duration duration) {
    return new Settings(barrier, guard, duration, limits, batch, rest);
  }
}
