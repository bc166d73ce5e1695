package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Calls and casts that ask a server's catalogue for a relation by its name. */
final class AskedNames {

  private static final Set<String> FUNCTIONS =
      Set.of(
          "to_regclass",
          "to_regtype",
          "pg_get_serial_sequence",
          "has_table_privilege",
          "has_any_column_privilege",
          "has_column_privilege",
          "has_sequence_privilege",
          "obj_description",
          "col_description",
          "pg_get_viewdef",
          "pg_get_indexdef",
          "pg_get_constraintdef",
          "pg_sequence_last_value",
          "row_security_active");

  private static final Set<String> BY_NAME = Set.of("to_regclass", "to_regtype");

  /** A relation has a type of its name, too. */
  private static final Set<String> CASTS = Set.of("regclass", "regtype");

  /** What they are given is a sequence, and has a home of its own. */
  private static final Set<String> COUNTING = Set.of("nextval", "currval", "setval");

  private AskedNames() {}

  /** Whether a statement asks so; a relation's row type is a type, too, among many. */
  static boolean areIn(Node node) {
    return asksTypes(node) || asks(node) || node.anyChild(AskedNames::areIn);
  }

  private static boolean asksTypes(Node node) {
    return node instanceof FromItem.Table table && table.name().last().equals("pg_type");
  }

  private static boolean asks(Node node) {
    return (node instanceof Expr.Call call && FUNCTIONS.contains(call.name().last()))
        || (node instanceof Expr.Cast cast && CASTS.contains(cast.type().name().last()));
  }

  /** Adds the constants that may name what is asked for. */
  static void collect(Node node, List<Expr> into) {
    if (node instanceof Expr.Call call && COUNTING.contains(call.name().last())) {
      return;
    }
    if (asks(node)) {
      constants(node, into);
    } else {
      node.eachChild(child -> collect(child, into));
    }
  }

  /** Whether all constants of a statement may be names. */
  static boolean mayBeAny(Node node) {
    return asksTypes(node) || node.anyChild(AskedNames::mayBeAny);
  }

  static void constants(Node node, List<Expr> into) {
    if (isConstant(node)) {
      into.add((Expr) node);
    }
    node.eachChild(child -> constants(child, into));
  }

  static boolean isConstant(Node node) {
    return node instanceof Expr.Parameter
        || (node instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.STRING);
  }

  /**
   * Whether it asks about a name that a row of a table of the user's may have, or how far a
   * sequence has come, which its home alone can tell.
   */
  static boolean areComputed(Node node) {
    if (node instanceof Expr.Call call && BY_NAME.contains(call.name().last())) {
      return call.arguments().stream().noneMatch(AskedNames::hasConstant);
    }
    return (node instanceof Expr.Call call && call.name().last().equals("pg_sequence_last_value"))
        || (node instanceof FromItem.Table table && table.name().last().equals("pg_sequences"))
        || node.anyChild(AskedNames::areComputed);
  }

  private static boolean hasConstant(Node node) {
    return isConstant(node) || node.anyChild(AskedNames::hasConstant);
  }

  /** Whether a statement reads tables that are none of a server's own. */
  static boolean besideTables(Node statement) {
    Set<String> common = new TreeSet<>();
    addCommonTables(statement, common);
    return readsTables(statement, common);
  }

  private static void addCommonTables(Node node, Set<String> names) {
    if (node instanceof Query.CommonTable table) {
      names.add(table.name());
    }
    node.eachChild(child -> addCommonTables(child, names));
  }

  private static boolean readsTables(Node node, Set<String> common) {
    return (node instanceof FromItem.Table table
            && !Tables.isSystem(Tables.local(table.name()))
            && !(table.name().parts().size() == 1 && common.contains(table.name().last())))
        || node.anyChild(child -> readsTables(child, common));
  }
}
