package io.shardjdbc.config;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.time.Duration;

/**
 * The size and the patience of each server's connection pool.
 *
 * @param maximumSize connections to one server at most
 * @param minimumIdle connections kept open once the server has been used
 * @param connectionTimeout how long a caller waits for a connection
 * @param idleTimeout after which an idle connection above the minimum is closed
 * @param maxLifetime after which a connection is replaced
 * @param leakDetection after which the log tells who has not given a connection back; zero for
 *     never. A transaction, and rows that are fetched bit by bit, keep theirs for as long
 * @param failFast whether a DataSource opens only where each shard's primary lets it in
 */
public record PoolConfiguration(
    int maximumSize,
    int minimumIdle,
    Duration connectionTimeout,
    Duration idleTimeout,
    Duration maxLifetime,
    Duration leakDetection,
    boolean failFast) {

  private static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(30);
  private static final Duration SHORTEST_LEAK = Duration.ofSeconds(2);

  public PoolConfiguration {
    if (maximumSize < 1) {
      throw fault("maximumSize is less than 1");
    }
    if (minimumIdle < 0 || minimumIdle > maximumSize) {
      throw fault("minimumIdle is not between 0 and maximumSize");
    }
    if (connectionTimeout.compareTo(Duration.ofMillis(1)) < 0) {
      throw fault("connectionTimeout is less than 1ms");
    }
    if (maxLifetime.compareTo(SHORTEST_LIFETIME) < 0) {
      throw fault("maxLifetime is less than 30s");
    }
    if (idleTimeout.compareTo(maxLifetime) > 0) {
      throw fault("idleTimeout is more than maxLifetime");
    }
    boolean detects = !leakDetection.isZero();
    if (detects
        && (leakDetection.compareTo(SHORTEST_LEAK) < 0
            || leakDetection.compareTo(maxLifetime) > 0)) {
      throw fault("leakDetection is not between 2s and maxLifetime");
    }
  }

  /** Without detection of leaks, and opened whatever servers are away. */
  public PoolConfiguration(
      int maximumSize,
      int minimumIdle,
      Duration connectionTimeout,
      Duration idleTimeout,
      Duration maxLifetime) {
    this(
        maximumSize,
        minimumIdle,
        connectionTimeout,
        idleTimeout,
        maxLifetime,
        Duration.ZERO,
        false);
  }

  /** The same with {@code failFast}, or without. */
  public PoolConfiguration failFast(boolean whetherTo) {
    return new PoolConfiguration(
        maximumSize,
        minimumIdle,
        connectionTimeout,
        idleTimeout,
        maxLifetime,
        leakDetection,
        whetherTo);
  }

  /** At most 10 connections, at least one, 3 s to wait; idle for 10 minutes, replaced after 30. */
  public static PoolConfiguration defaults() {
    return new PoolConfiguration(
        10, 1, Duration.ofSeconds(3), Duration.ofMinutes(10), Duration.ofMinutes(30));
  }

  private static RoutingException fault(String reason) {
    return new RoutingException(ErrorCode.BAD_CONFIGURATION, reason);
  }
}
