package io.shardjdbc.config;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;

/**
 * How much one statement may gather on one server.
 *
 * @param maxRows rows of all tables together
 * @param maxBytes bytes of all rows together
 */
public record GatherLimits(long maxRows, long maxBytes) {

  public GatherLimits {
    if (maxRows < 1 || maxBytes < 1) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "a limit of gather is less than 1; gather: refuse forbids it");
    }
  }

  /** 100,000 rows and 64 MB. */
  public static GatherLimits defaults() {
    return new GatherLimits(100_000, 64L << 20);
  }
}
