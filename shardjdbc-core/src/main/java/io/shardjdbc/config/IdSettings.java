package io.shardjdbc.config;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.util.List;
import java.util.Set;

/**
 * How numbers of sequences are taken, and what is taken instead. Immutable.
 *
 * @param block how many at least are taken from a sequence's home at a time; those that are left
 *     serve later statements of the same process, as with a sequence's CACHE
 * @param snowflakes the tables, by their names as declared, whose serial and identity columns get
 *     Snowflake ids
 */
public record IdSettings(int block, Set<List<String>> snowflakes) {

  private static final int MOST = 1_000_000;

  public IdSettings {
    if (block < 1 || block > MOST) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION, "a block of ids has 1 to " + MOST + " numbers");
    }
    snowflakes = Set.copyOf(snowflakes);
  }

  /** Blocks of that length, and no Snowflake ids. */
  public IdSettings(int block) {
    this(block, Set.of());
  }

  /** The same with Snowflake ids for these tables. */
  IdSettings with(Set<List<String>> tables) {
    return new IdSettings(block, tables);
  }

  /** As many as a statement needs, so that they are those that one server would have given. */
  public static IdSettings defaults() {
    return new IdSettings(1);
  }
}
