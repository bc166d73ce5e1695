package io.shardjdbc.testkit.proxy;

import java.time.Duration;

/**
 * What a relay does with data and with new connections.
 *
 * @param requests whether data from clients goes on
 * @param replies whether data from the server goes on
 * @param resets whether new connections are cut at once
 * @param delay for how long each piece of data is held back
 */
public record Gate(boolean requests, boolean replies, boolean resets, Duration delay) {

  /** Everything goes on. */
  public static Gate open() {
    return new Gate(true, true, false, Duration.ZERO);
  }

  /** Everything goes on, but late. */
  public static Gate delaying(Duration delay) {
    return new Gate(true, true, false, delay);
  }

  /** Nothing goes on. */
  public static Gate closed() {
    return new Gate(false, false, false, Duration.ZERO);
  }

  /** Nothing that the server says goes on. */
  public static Gate closedForReplies() {
    return new Gate(true, false, false, Duration.ZERO);
  }

  /** New connections are cut. */
  public static Gate resetting() {
    return new Gate(true, true, true, Duration.ZERO);
  }

  boolean lets(Direction direction) {
    return direction == Direction.REQUESTS ? requests : replies;
  }

  /** The two ways through a connection. */
  enum Direction {
    REQUESTS,
    REPLIES
  }
}
