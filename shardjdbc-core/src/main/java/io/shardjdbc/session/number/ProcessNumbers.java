package io.shardjdbc.session.number;

import io.shardjdbc.config.IdSettings;
import io.shardjdbc.pool.ShardNodes;

/**
 * Where the sessions of a DataSource find numbers without asking a sequence for each.
 *
 * @param snowflakes ids in place of numbers of sequences
 * @param blocks numbers of sequences that were taken and not given yet
 */
public record ProcessNumbers(SnowflakeNumbers snowflakes, NumberBlocks blocks)
    implements AutoCloseable {

  public static ProcessNumbers of(ShardNodes nodes, IdSettings settings) {
    return new ProcessNumbers(
        new SnowflakeNumbers(nodes, settings), new NumberBlocks(settings.block()));
  }

  @Override
  public void close() {
    snowflakes.close();
  }
}
