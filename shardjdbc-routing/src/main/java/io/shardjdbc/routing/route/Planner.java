package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the executor asks of a router: plans, and with values, routes.
 *
 * <p>Thread-safe. Plans are cached by text; a plan that was handed out stays valid.
 */
public interface Planner extends Router {

  /**
   * The plan of a prepared statement's text, where {@code ?} is a parameter; or why it is refused,
   * which is remembered as plans are.
   *
   * @param hint what is asked for beside the text
   * @throws RoutingException if the catalogue does not answer
   */
  Found<Plan> find(String sql, Hint hint);

  /**
   * The plan of a text that takes no values, where {@code ?} is an operator; or why it is refused.
   *
   * @param hint what is asked for beside the text
   * @throws RoutingException if the catalogue does not answer
   */
  Found<Plan> findText(String sql, Hint hint);

  /**
   * The plan of a text if it is known, for which no server has to be asked; else null.
   *
   * @param hint what is asked for beside the text
   * @param takesValues whether {@code ?} is a parameter in it
   */
  @Nullable Found<Plan> known(String sql, Hint hint, boolean takesValues);

  /**
   * The plan of a prepared statement's text.
   *
   * @param hint what is asked for beside the text
   * @throws RoutingException if the statement is refused
   */
  default Plan plan(String sql, Hint hint) {
    return find(sql, hint).orThrow();
  }

  /** The plan of a prepared statement's text without a hint beside it. */
  default Plan plan(String sql) {
    return plan(sql, Hint.NONE);
  }

  /**
   * The plan of a text that takes no values.
   *
   * @param hint what is asked for beside the text
   * @throws RoutingException if the statement is refused
   */
  default Plan planText(String sql, Hint hint) {
    return findText(sql, hint).orThrow();
  }

  /** The plan of a text that takes no values, without a hint beside it. */
  default Plan planText(String sql) {
    return planText(sql, Hint.NONE);
  }

  /**
   * The statements of a text that takes no values, in their order; those without words are left
   * out, and a hint of the text goes with each.
   *
   * @throws RoutingException if the text cannot be cut
   */
  List<String> statements(String text);

  /**
   * Where rows go that are copied into a table.
   *
   * @param map by which the COPY runs
   * @throws RoutingException if the table is not declared, if its key is not among the columns, or
   *     if shards would make of the rows what one server would not
   */
  CopyTarget copyIn(CopiedTable copied, ShardMap map);

  /**
   * The columns that records of a COPY leave to sequences which count elsewhere; none where their
   * numbers cannot be added to the records, so that {@link #copyIn} refuses it.
   */
  List<CopyNumber> copyNumbers(CopiedTable copied, ShardMap map);

  /**
   * The table all of whose rows are copied out.
   *
   * @param map by which the COPY runs
   * @throws RoutingException if the table is not declared, or if a policy forbids to read all of it
   */
  Table copyOut(CopiedTable copied, ShardMap map);

  /**
   * The query that gives what COPY of a table copies out.
   *
   * @throws RoutingException {@link ErrorCode#UTILITY_UNSUPPORTED} if it is not known which columns
   *     that are
   */
  String copyQuery(CopiedTable copied, ShardMap map);

  /**
   * The shard that knows all names of a text without running it, where not every shard does: one of
   * its tables lives there alone. Empty where any shard will do, or nobody can tell.
   */
  Optional<ShardId> describer(String sql);

  /**
   * Where a key of a table lives: the {@linkplain #owner owner} of a key of a sharded table, or
   * without a key the one shard that a table lives on.
   *
   * @param table as the configuration declares it
   * @param key the values of the key's columns, in declared order
   * @throws RoutingException as {@link #owner} does
   */
  ShardId home(String table, List<@Nullable Object> key);

  /**
   * Where a key of a table lies; empty where rows of the table do not lie by the positions of one
   * column.
   *
   * @throws RoutingException as {@link #owner} does
   */
  Optional<TablePosition> position(String table, List<@Nullable Object> key);

  /**
   * The shard that owns a position by a map.
   *
   * @throws RoutingException {@link ErrorCode#USAGE} if rows of the table do not lie by positions
   */
  ShardId at(TablePosition place, ShardMap map);

  /** Which positions of tables are copies of another shard's on a shard, by display name. */
  Map<String, Positions> hidden(ShardMap map, ShardId shard);

  /**
   * The text of a shard's part of a statement, without the rows on that shard that are copies of
   * others while they move.
   *
   * @param takesValues whether {@code ?} is a parameter in it, rather than an operator
   * @throws RoutingException if they cannot be left out
   */
  String withoutHidden(String sql, boolean takesValues, ShardMap map, ShardId shard);

  /**
   * What the text of a shard's part of a statement needs of the tables of a placement.
   *
   * @param takesValues whether {@code ?} is a parameter in it, rather than an operator
   */
  Need need(String sql, boolean takesValues, String placement);

  /**
   * The rows of one table that a query gives and that could be changed one by one; null where it
   * gives others, or rows of which there are copies.
   *
   * @param takesValues whether {@code ?} is a parameter in it, rather than an operator
   */
  @Nullable ChangeableRows changeable(String sql, boolean takesValues);

  /** What its memory of plans has done so far. */
  PlanCounts planCounts();

  /** The current map. */
  ShardMap map();

  /** Where one execution goes, by the current map. */
  default Route route(String sql, List<@Nullable Object> values) {
    return plan(sql).route(values, map());
  }

  @Override
  default List<ShardId> shards(String sql, Hint hint, List<@Nullable Object> values) {
    return plan(sql, hint).route(values, map()).shards();
  }

  @Override
  default String explain(String sql, Hint hint, List<@Nullable Object> values) {
    List<ShardId> shards = shards(sql, hint, values);
    String where = shards.stream().map(ShardId::name).collect(Collectors.joining(", "));
    return plan(sql, hint).explain()
        + "\nroute: "
        + (shards.isEmpty() ? "the connection itself" : where);
  }
}
