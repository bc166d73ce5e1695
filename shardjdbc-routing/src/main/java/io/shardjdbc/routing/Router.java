package io.shardjdbc.routing;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says where statements run, with no database at hand.
 *
 * <p>Thread-safe. What is decided from a text alone is decided once and kept.
 */
public interface Router {

  /**
   * The shards of one execution, in the order in which their connections are taken; none for what
   * the connection itself carries out, such as {@code SET}. Where any shard could answer, it is the
   * one that would be asked first.
   *
   * @param hint what is asked for beside the text; it is joined with a hint in it
   * @param values one for each parameter, in order
   * @throws RoutingException if the statement or these values are refused
   */
  List<ShardId> shards(String sql, Hint hint, List<@Nullable Object> values);

  /** The shards of one execution without a hint beside the text. */
  default List<ShardId> shards(String sql, List<@Nullable Object> values) {
    return shards(sql, Hint.NONE, values);
  }

  /**
   * The plan in words, and where this execution goes; no value is shown.
   *
   * @param hint what is asked for beside the text; it is joined with a hint in it
   * @throws RoutingException if the statement or these values are refused
   */
  String explain(String sql, Hint hint, List<@Nullable Object> values);

  /** The plan in words, and where this execution goes, without a hint beside the text. */
  default String explain(String sql, @Nullable Object... values) {
    return explain(sql, Hint.NONE, Arrays.asList(values));
  }
}
