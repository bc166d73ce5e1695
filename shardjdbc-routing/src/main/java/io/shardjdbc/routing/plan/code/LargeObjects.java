package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement does with large objects, each of which lies on the shard of the row that has its
 * number: elsewhere the same number means another one.
 *
 * @param function one that it calls, for messages
 * @param forEachRow whether each call is about one row of the statement, so that each shard may run
 *     them for its own rows
 * @param changes whether one of them may change an object
 */
public record LargeObjects(String function, boolean forEachRow, boolean changes) {

  private static final Set<String> READING =
      Set.of(
          "lo_get",
          "lo_open",
          "loread",
          "lo_lseek",
          "lo_lseek64",
          "lo_tell",
          "lo_tell64",
          "lo_close");

  /** Those of a statement's text and of the functions that it calls; null if it has none. */
  public static @Nullable LargeObjects in(Statement statement, Tables tables) {
    Query rows = null;
    if (statement instanceof SelectStatement select) {
      rows = select.query();
    } else if (statement instanceof Insert insert) {
      rows = insert.source();
    }
    return in(statement, rows, true, new ObjectFunctions(tables));
  }

  private static @Nullable LargeObjects in(
      Node node, @Nullable Query rows, boolean forEachRow, ObjectFunctions functions) {
    boolean here = forEachRow && isOfRows(node, rows);
    LargeObjects found = node instanceof Expr.Call call ? of(call, forEachRow, functions) : null;
    for (Node child : node.children()) {
      LargeObjects inside = in(child, rows, here, functions);
      found = both(found, inside);
    }
    return found;
  }

  /** What runs as often as there are rows: LIMIT may leave out rows that a shard works at. */
  private static boolean isOfRows(Node node, @Nullable Query rows) {
    if (node instanceof Query query) {
      return query == rows
          && query.limit() == null
          && query.offset() == null
          && (query.body() instanceof Query.Select || query.body() instanceof Query.Values);
    }
    return !(node instanceof FromItem.Function) && !(node instanceof Query.With);
  }

  private static @Nullable LargeObjects of(
      Expr.Call call, boolean forEachRow, ObjectFunctions functions) {
    String name = call.name().last();
    if (Functions.isOfLargeObjects(call)) {
      return new LargeObjects(name, forEachRow, !READING.contains(name));
    }
    return functions.has(call) ? new LargeObjects(name, forEachRow, true) : null;
  }

  private static @Nullable LargeObjects both(
      @Nullable LargeObjects one, @Nullable LargeObjects other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return new LargeObjects(
        one.function, one.forEachRow && other.forEachRow, one.changes || other.changes);
  }
}
