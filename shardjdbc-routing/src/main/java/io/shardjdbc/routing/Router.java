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
   * The one shard that owns a key of a sharded table, by the current map. No statement is planned,
   * and no shard is asked for a row.
   *
   * <p>A value is read as the column's type, by the declaration or else by the catalog: {@code
   * "42"} and {@code 42} are the same key of a bigint column. Where neither knows the type, as in a
   * router that stands alone, the value's own type counts. A value that the column would round, cut
   * or not take is no key.
   *
   * @param table as the configuration declares it, or a partition of such a table
   * @param key the values of the key's columns, in declared order; a null is refused
   * @return never null
   * @throws RoutingException {@link ErrorCode#UNDECLARED_TABLE} if the table is not declared;
   *     {@link ErrorCode#USAGE} if it is not sharded, or if its key has another number of columns;
   *     {@link ErrorCode#KEY_IS_NULL} for a null; {@link ErrorCode#KEY_OF_UNKNOWN_TYPE} if a value
   *     cannot be read exactly as its column's type; {@link ErrorCode#KEY_SHARED} if the key has
   *     several owners; {@link ErrorCode#BAD_PLACEMENT} if the placement has no shard for it;
   *     {@link ErrorCode#BAD_CONFIGURATION} if {@code table} is no name in SQL, or the server's
   *     table has not the declared key; {@link ErrorCode#KEY_TYPE_UNSUPPORTED} if a column's type
   *     cannot be a key
   */
  ShardId owner(String table, @Nullable Object... key);

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
