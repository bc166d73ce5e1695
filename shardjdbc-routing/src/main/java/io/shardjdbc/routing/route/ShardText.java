package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What any shard that takes part is asked to run. Immutable and thread-safe. */
public final class ShardText {

  private final String sql;
  private final int @Nullable [] parameters;

  private ShardText(String sql, int @Nullable [] parameters) {
    this.sql = sql;
    this.parameters = parameters;
  }

  /** The caller's own text, with the caller's values in their own order. */
  public static ShardText unchanged(String sql) {
    return new ShardText(sql, null);
  }

  /**
   * A text made for shards.
   *
   * @param parameters for each marker of {@code sql}, in order, the index (from 1) of the caller's
   *     value that is bound to it
   */
  public static ShardText rewritten(String sql, List<Integer> parameters) {
    return new ShardText(sql, parameters.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The statement of one shard. */
  public ShardStatement on(ShardId shard) {
    return new ShardStatement(shard, sql, parameters);
  }
}
