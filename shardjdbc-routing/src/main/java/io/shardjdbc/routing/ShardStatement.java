package io.shardjdbc.routing;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one shard is asked to run: its SQL, and which of the caller's values go to which marker.
 *
 * <p>Immutable and thread-safe. It holds no values.
 */
public final class ShardStatement {

  private final ShardId shard;
  private final String sql;
  private final int @Nullable [] parameters;

  private ShardStatement(ShardId shard, String sql, int @Nullable [] parameters) {
    this.shard = shard;
    this.sql = sql;
    this.parameters = parameters;
  }

  /** The caller's own text, with the caller's values in their own order. */
  public static ShardStatement unchanged(ShardId shard, String sql) {
    return new ShardStatement(shard, sql, null);
  }

  /**
   * A text made for this shard.
   *
   * @param parameters for each marker of {@code sql}, in order, the index (from 1) of the caller's
   *     value that is bound to it
   */
  public static ShardStatement rewritten(ShardId shard, String sql, List<Integer> parameters) {
    return new ShardStatement(
        shard, sql, parameters.stream().mapToInt(Integer::intValue).toArray());
  }

  public ShardId shard() {
    return shard;
  }

  public String sql() {
    return sql;
  }

  /** Whether the text and the order of the values are the caller's own. */
  public boolean isUnchanged() {
    return parameters == null;
  }

  /**
   * How many markers {@link #sql()} has.
   *
   * @param callerCount how many values the caller's statement takes
   */
  public int parameterCount(int callerCount) {
    return parameters == null ? callerCount : parameters.length;
  }

  /** The index (from 1) of the caller's value that is bound to marker {@code marker} (from 1). */
  public int parameter(int marker) {
    return parameters == null ? marker : parameters[marker - 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShardStatement that
        && shard.equals(that.shard)
        && sql.equals(that.sql)
        && Arrays.equals(parameters, that.parameters);
  }

  @Override
  public int hashCode() {
    return 31 * shard.hashCode() + sql.hashCode();
  }

  @Override
  public String toString() {
    return shard + ": " + sql;
  }
}
