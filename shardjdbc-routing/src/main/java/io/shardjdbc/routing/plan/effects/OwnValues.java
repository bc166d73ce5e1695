package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that each server answers with a value of its own, such as the time, where a statement
 * shows it. A text that names the clock, such as {@code timestamp 'now'}, is one.
 *
 * <p>On one server, {@code now()} is one moment for all rows; asked on four, it is four, which
 * {@code count(DISTINCT now())} or a sort by age would show. As a condition in WHERE or ON it says
 * no more than that the servers' clocks differ, which is so whatever a library does; there it is
 * let be.
 */
public final class OwnValues {

  private static final Set<String> CLOCKS =
      Set.of(
          "now",
          "transaction_timestamp",
          "statement_timestamp",
          "current_timestamp",
          "current_time",
          "current_date",
          "localtime",
          "localtimestamp",
          "current_catalog");

  private OwnValues() {}

  /** The name of such a function, or null where none is shown. */
  public static @Nullable String shown(Node node) {
    if (node instanceof Expr.Call call && isOwn(call)) {
      return call.name().last();
    }
    if (ClockTexts.isNamedBy(node)) {
      return "a text that names the clock";
    }
    for (Node child : node.children()) {
      if (!isCondition(child, node) && !isLabel(child, node)) {
        String found = shown(child);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  static boolean isOwn(Expr.Call call) {
    String name = call.name().last();
    return Functions.isOfServer(call)
        || (CLOCKS.contains(name) && call.arguments().size() < 2)
        || (name.equals("age") && call.arguments().size() == 1);
  }

  /** What a SELECT shows without a type is a text, whatever it says. */
  private static boolean isLabel(Node child, Node parent) {
    return (parent instanceof Query.SelectItem || ClockTexts.isPlainText(parent))
        && child instanceof Expr.Literal;
  }

  private static boolean isCondition(Node child, Node parent) {
    return (parent instanceof Query.Select select && child == select.where())
        || (parent instanceof FromItem.Join join && child == join.on())
        || (parent instanceof Expr.Call call && child == call.filter());
  }
}
