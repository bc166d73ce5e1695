package io.shardjdbc.session.number;

import io.shardjdbc.config.IdSettings;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ShardId;

/**
 * Where the sessions of a DataSource find numbers without asking a sequence for each.
 *
 * @param snowflakes ids in place of numbers of sequences
 * @param blocks numbers of sequences that were taken and not given yet
 */
public record ProcessNumbers(SnowflakeNumbers snowflakes, NumberBlocks blocks)
    implements AutoCloseable {

  /**
   * @param home where nodes of ids are leased
   */
  public static ProcessNumbers of(ShardNodes nodes, ShardId home, IdSettings settings) {
    return new ProcessNumbers(
        new SnowflakeNumbers(nodes, home, settings), new NumberBlocks(settings.block()));
  }

  @Override
  public void close() {
    snowflakes.close();
  }
}
