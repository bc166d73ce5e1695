package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
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

  ShardStatement(ShardId shard, String sql, int @Nullable [] parameters) {
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

  /** The same values for another text, which takes them alike. */
  public ShardStatement saying(String text) {
    return new ShardStatement(shard, text, parameters);
  }

  /** The same behind words that take no values. */
  public ShardStatement after(String words) {
    return new ShardStatement(shard, words + sql, parameters);
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

  /**
   * The same statement where values have been put before the caller's, which are bound to markers
   * of their own before all others.
   *
   * @param before how many
   * @param callerCount how many values the caller's statement takes
   */
  public ShardStatement behind(int before, int callerCount) {
    return behind(0, before, before, callerCount);
  }

  /**
   * The same, where this statement takes only some of the values before the caller's.
   *
   * @param from the index (from 0) of the first of them
   * @param own how many of them it takes
   * @param before how many there are
   */
  public ShardStatement behind(int from, int own, int before, int callerCount) {
    int count = parameterCount(callerCount);
    int[] indices = new int[own + count];
    for (int i = 0; i < own; i++) {
      indices[i] = from + i + 1;
    }
    for (int marker = 1; marker <= count; marker++) {
      indices[own + marker - 1] = before + parameter(marker);
    }
    return new ShardStatement(shard, sql, indices);
  }

  /**
   * The same where values that were found have been put before the caller's: marker {@code -n} is
   * bound to the n-th of its own.
   *
   * @param from how many of them are others'
   * @param found how many there are
   */
  public ShardStatement withFound(int from, int found) {
    int[] own = parameters;
    if (own == null) {
      throw new IllegalStateException("a text of the caller's has no markers of ours");
    }
    int[] indices = new int[own.length];
    for (int i = 0; i < own.length; i++) {
      indices[i] = own[i] < 0 ? from - own[i] : own[i] + found;
    }
    return new ShardStatement(shard, sql, indices);
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
