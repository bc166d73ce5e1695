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
public record Valve(boolean requests, boolean replies, boolean resets, Duration delay) {

  /** Everything goes on. */
  public static Valve open() {
    return new Valve(true, true, false, Duration.ZERO);
  }

  /** Everything goes on, but late. */
  public static Valve delaying(Duration delay) {
    return new Valve(true, true, false, delay);
  }

  /** Nothing goes on. */
  public static Valve closed() {
    return new Valve(false, false, false, Duration.ZERO);
  }

  /** Nothing that the server says goes on. */
  public static Valve closedForReplies() {
    return new Valve(true, false, false, Duration.ZERO);
  }

  /** New connections are cut. */
  public static Valve resetting() {
    return new Valve(true, true, true, Duration.ZERO);
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
