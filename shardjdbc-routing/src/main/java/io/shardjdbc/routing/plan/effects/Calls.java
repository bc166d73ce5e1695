package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What in a write over several shards happens once on one server, and would happen once on each
 * shard: functions in sub-queries, and the choice of rows by LIMIT.
 *
 * <p>What stands in SET, WHERE or RETURNING themselves is evaluated for each row, and each row is
 * on one shard. A sub-query, a common table or a function in FROM may be evaluated once for all of
 * them; if it is volatile, or picks some of several rows, two shards could go by two results.
 */
public final class Calls {

  private Calls() {}

  /** Refuses volatile functions where they run once for the whole statement; else null. */
  public static @Nullable Refusal volatileOnce(Node statement, Catalog catalog) {
    String name = volatileIn(statement, catalog, false);
    return name == null
        ? null
        : Refusal.of(
            ErrorCode.WRITE_NOT_MERGEABLE, "volatile function " + name + " in a sub-query");
  }

  private static @Nullable String volatileIn(Node node, Catalog catalog, boolean once) {
    boolean here = once || node instanceof Query || node instanceof FromItem.Function;
    if (here
        && node instanceof Expr.Call call
        && Functions.volatility(call, catalog) == Volatility.VOLATILE) {
      return Identifiers.display(call.name().parts());
    }
    for (Node child : node.children()) {
      String name = volatileIn(child, catalog, here);
      if (name != null) {
        return name;
      }
    }
    return null;
  }

  /** Refuses sub-queries that pick rows in a way that two shards might not agree on; else null. */
  public static @Nullable Refusal choices(Node node) {
    if (node instanceof Query query) {
      if (query.limit() != null || query.offset() != null) {
        return Refusal.of(ErrorCode.WRITE_NOT_MERGEABLE, "LIMIT in a sub-query");
      }
      if (query.body() instanceof Query.Select select && select.distinct() == Query.Distinct.ON) {
        return Refusal.of(ErrorCode.WRITE_NOT_MERGEABLE, "DISTINCT ON in a sub-query");
      }
    }
    boolean anyRow = node instanceof Expr.Exists exists && isOfAnyRow(exists);
    for (Node child : anyRow ? ((Expr.Exists) node).query().children() : node.children()) {
      Refusal inside = choices(child);
      if (inside != null) {
        return inside;
      }
    }
    return null;
  }

  /** Whether its LIMIT changes nothing: one row is enough, and whichever. */
  public static boolean isOfAnyRow(Expr.Exists exists) {
    Query query = exists.query();
    boolean distinctOn =
        query.body() instanceof Query.Select select && select.distinct() == Query.Distinct.ON;
    return query.offset() == null
        && !distinctOn
        && query.limit() instanceof Expr.Literal limit
        && limit.value().matches("0*[1-9][0-9]{0,17}");
  }

  /** Whether a sub-query is one of which two shards might go by two results. */
  public static boolean picks(Query query, Catalog catalog) {
    return choices(query) != null || volatileIn(query, catalog, true) != null;
  }

  /** Whether a sub-query goes by the order of rows somewhere. */
  public static boolean goesByOrder(Query query, Catalog catalog) {
    return RowOrder.mattersIn(query, FloatColumns.of(query, catalog));
  }

  /** The first function below some nodes that is of a kind, or null. */
  public static @Nullable String first(
      Iterable<? extends Node> nodes, Catalog catalog, Predicate<Volatility> kind) {
    for (Node node : nodes) {
      if (node instanceof Expr.Call call && kind.test(Functions.volatility(call, catalog))) {
        return Identifiers.display(call.name().parts());
      }
      String inside = first(node.children(), catalog, kind);
      if (inside != null) {
        return inside;
      }
    }
    return null;
  }

  /** Whether a sub-query stands below some nodes. */
  public static boolean hasQuery(Iterable<? extends Node> nodes) {
    for (Node node : nodes) {
      if (node instanceof Query || hasQuery(node.children())) {
        return true;
      }
    }
    return false;
  }
}
