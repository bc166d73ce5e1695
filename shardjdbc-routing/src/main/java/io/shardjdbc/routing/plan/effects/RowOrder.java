package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates and windows whose answer goes by the order of rows, which copies of a table do not
 * share.
 */
public final class RowOrder {

  private static final Set<String> AGGREGATES =
      Set.of(
          "array_agg",
          "string_agg",
          "json_agg",
          "json_agg_strict",
          "jsonb_agg",
          "jsonb_agg_strict",
          "json_object_agg",
          "json_object_agg_strict",
          "json_object_agg_unique",
          "json_object_agg_unique_strict",
          "jsonb_object_agg",
          "jsonb_object_agg_strict",
          "json_arrayagg",
          "json_objectagg",
          "xmlagg",
          "any_value",
          "mode");

  private static final Set<String> SUMS =
      Set.of(
          "sum",
          "avg",
          "stddev",
          "stddev_pop",
          "stddev_samp",
          "variance",
          "var_pop",
          "var_samp",
          "corr",
          "covar_pop",
          "covar_samp",
          "regr_avgx",
          "regr_avgy",
          "regr_intercept",
          "regr_r2",
          "regr_slope",
          "regr_sxx",
          "regr_sxy",
          "regr_syy");

  /** Aggregates of which the order of their rows is of no matter. */
  private static final Set<String> SETS =
      Set.of(
          "count",
          "sum",
          "avg",
          "min",
          "max",
          "bool_and",
          "bool_or",
          "every",
          "bit_and",
          "bit_or",
          "bit_xor",
          "stddev",
          "stddev_pop",
          "stddev_samp",
          "variance",
          "var_pop",
          "var_samp");

  private static final Set<String> RANKS =
      Set.of("rank", "dense_rank", "percent_rank", "cume_dist");

  private RowOrder() {}

  /** Whether the call goes by the order of rows, if nothing fixes that order. */
  public static boolean matters(Expr.Call call, FloatColumns floats) {
    return AGGREGATES.contains(call.name().last()) || isOfFrame(call) || addsFloats(call, floats);
  }

  /**
   * Whether it is a window function whose answer depends on which of equal rows comes first. Rank
   * and its kin give equal rows one number; an aggregate takes equal rows together, if its frame
   * does not count rows.
   */
  private static boolean isOfFrame(Expr.Call call) {
    Query.Window over = call.over();
    if (over == null || RANKS.contains(call.name().last())) {
      return false;
    }
    boolean together = over.name() == null && over.base() == null && !over.byRows();
    return !(together && SETS.contains(call.name().last()));
  }

  /** Whether it adds numbers that are rounded after each of them. */
  private static boolean addsFloats(Expr.Call call, FloatColumns floats) {
    return SUMS.contains(call.name().last()) && call.arguments().stream().anyMatch(floats::mayBeIn);
  }

  /** Whether such a call stands in a query or below. */
  static boolean mattersIn(Node node, FloatColumns floats) {
    return (node instanceof Expr.Call call && matters(call, floats))
        || node.anyChild(child -> mattersIn(child, floats));
  }

  /**
   * A function of the block itself that goes by an order of rows which nothing fixes, or null.
   *
   * @param shape of the one table that the block reads; null where it reads others
   */
  public static @Nullable String open(
      Query query, @Nullable TableShape shape, FloatColumns floats) {
    if (!(query.body() instanceof Query.Select select)) {
      return null;
    }
    Key key = key(select, shape);
    String name = open(select.children(), key, floats);
    return name != null ? name : open(query.orderBy(), key, floats);
  }

  /** The columns that tell the rows of a table apart, under its name in the block. */
  private record Key(String label, List<String> columns) {

    boolean isIn(List<Query.SortItem> order) {
      return !columns.isEmpty()
          && columns.stream().allMatch(key -> order.stream().anyMatch(i -> is(i.value(), key)));
    }

    private boolean is(Expr sorted, String key) {
      if (!(sorted instanceof Expr.Column column) || column.star()) {
        return false;
      }
      List<String> parts = column.name().parts();
      return parts.equals(List.of(key)) || parts.equals(List.of(label, key));
    }
  }

  private static Key key(Query.Select select, @Nullable TableShape shape) {
    return shape != null
            && select.from().size() == 1
            && select.from().get(0) instanceof FromItem.Table table
            && (table.alias() == null || table.alias().columns().isEmpty())
        ? new Key(table.label(), shape.primaryKey())
        : new Key("", List.of());
  }

  private static @Nullable String open(List<? extends Node> nodes, Key key, FloatColumns floats) {
    for (Node node : nodes) {
      if (node instanceof Expr.Call call && matters(call, floats) && !isFixed(call, key)) {
        return call.name().last();
      }
      String inside =
          node instanceof Query || node instanceof FromItem
              ? null
              : open(node.children(), key, floats);
      if (inside != null) {
        return inside;
      }
    }
    return null;
  }

  private static boolean isFixed(Expr.Call call, Key key) {
    List<Query.SortItem> order = call.over() != null ? call.over().orderBy() : call.orderBy();
    return key.isIn(order) || (call.over() == null && (call.distinct() || sortsAll(call, order)));
  }

  /** Whether rows that come in either order give the call the same values. */
  private static boolean sortsAll(Expr.Call call, List<Query.SortItem> order) {
    return !order.isEmpty()
        && call.arguments().stream()
            .allMatch(
                value ->
                    value instanceof Expr.Literal
                        || (value instanceof Expr.Column column
                            && !column.star()
                            && order.stream().anyMatch(i -> isSame(i.value(), column))));
  }

  private static boolean isSame(Expr sorted, Expr.Column column) {
    return sorted instanceof Expr.Column other
        && other.name().parts().equals(column.name().parts());
  }
}
