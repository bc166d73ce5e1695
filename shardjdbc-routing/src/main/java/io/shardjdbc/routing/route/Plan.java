package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is decided about a statement from its text alone: everything but the values.
 *
 * <p>Immutable and thread-safe; made once per SQL text and cached by {@link Router}.
 */
public interface Plan {

  /** The statement's text. */
  String sql();

  /** The statement as its caller wrote it, with the names of views whose definitions run. */
  default String sqlWithViews() {
    return sql();
  }

  /** What the statement does and to which tables, without values: {@code SELECT users posts}. */
  String summary();

  /** How many values it takes. */
  int parameterCount();

  /** What running it does. */
  Effect effect();

  /** Whether a hint allows an answer without the rows of shards that do not answer. */
  default boolean partial() {
    return false;
  }

  /** Whether a hint asks for all its shards to be seen of one moment. */
  boolean ofOneMoment();

  /**
   * Whether the definitions of views were put in their places, so that the servers know nothing of
   * who may read the views.
   */
  default boolean replacesViews() {
    return false;
  }

  /** Whether one of these views was named without its schema, so that a search path finds it. */
  default boolean namesViewsByPath() {
    return false;
  }

  /**
   * Applies values.
   *
   * @param values one for each parameter, in order; Java values as a caller binds them, arrays as
   *     {@code Object[]} or primitive arrays or {@code Collection}
   * @return where this execution goes
   * @throws RoutingException if these values cannot be routed
   */
  Route route(List<@Nullable Object> values, ShardMap map);

  /**
   * The route to take where one turned out not to be possible for the types of its columns, which
   * only the server knows: over groups that a server puts together, or over gathered rows.
   *
   * @param failed the route that was tried
   * @return empty where there is no other way
   */
  default Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return Optional.empty();
  }

  /**
   * What has to be taken from sequences first; the statement then runs by the plan that is told
   * there, and this one cannot be routed. Empty for all but some INSERTs.
   */
  default Optional<Numbering> numbering() {
    return Optional.empty();
  }

  /**
   * Whether it moves sequences on, or calls functions that may, of whose numbers nobody here hears.
   */
  default boolean movesSequences() {
    return false;
  }

  /**
   * The same statement row by row, in the caller's order, each on its shard, where its rows are
   * dealt out to shards; to find out which of them one server would have stopped at. Empty for what
   * is no such INSERT.
   */
  default List<DirectRoute> singly(List<@Nullable Object> values, ShardMap map) {
    return List.of();
  }

  /**
   * The text of the same INSERT with so many rows as it has one, each with markers of its own, if
   * one such does what as many of this one do in a row. Empty for all else.
   */
  default Optional<String> withRows(int count) {
    return Optional.empty();
  }

  /** The plan in words, for people and golden files; it names no values. */
  String explain();
}
