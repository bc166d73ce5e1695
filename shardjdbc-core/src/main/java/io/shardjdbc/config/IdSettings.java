package io.shardjdbc.config;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;

/**
 * How numbers of sequences are taken. Immutable.
 *
 * @param block how many at least are taken from a sequence's home at a time; those that are left
 *     serve later statements of the same process, as with a sequence's CACHE
 */
public record IdSettings(int block) {

  private static final int MOST = 1_000_000;

  public IdSettings {
    if (block < 1 || block > MOST) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION, "a block of ids has 1 to " + MOST + " numbers");
    }
  }

  /** As many as a statement needs, so that they are those that one server would have given. */
  public static IdSettings defaults() {
    return new IdSettings(1);
  }
}
