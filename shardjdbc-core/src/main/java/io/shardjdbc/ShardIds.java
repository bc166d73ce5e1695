package io.shardjdbc;

import io.shardjdbc.ids.IdsUnavailableException;
import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * Makes the Snowflake ids of a DataSource in Java, for rows whose ids a program gives.
 *
 * <p>They are made as those of tables with {@code ids: snowflake} are, by the same lease, so no id
 * of the two is ever the same. The node's number is leased when the first id is asked for, on the
 * first shard of the configuration, where most sequences count: all processes whose ids have to
 * differ name that shard first. {@link io.shardjdbc.ids.SnowflakeId} takes an id apart.
 * Thread-safe.
 */
public final class ShardIds implements LongSupplier {

  private final Running running;

  /** What runs now. */
  @FunctionalInterface
  interface Running {
    /**
     * @throws SQLException if nothing does
     */
    Engine get() throws SQLException;
  }

  ShardIds(Running running) {
    this.running = running;
  }

  /**
   * Another id, greater than all that this process has made before.
   *
   * @throws IdsUnavailableException if the lease has ended and none can be had, or the DataSource
   *     is closed or suspended
   */
  public long next() {
    try {
      return running.get().snowflakes().source().next();
    } catch (SQLException e) {
      throw new IdsUnavailableException("no id can be made: " + e.getMessage(), e);
    }
  }

  /** The same as {@link #next()}. */
  @Override
  public long getAsLong() {
    return next();
  }
}
