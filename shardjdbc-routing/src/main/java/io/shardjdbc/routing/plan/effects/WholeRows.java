package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds names of tables that stand for a whole row, as in {@code SELECT t FROM t}.
 *
 * <p>The row of a copy is a {@code record}, that of a table has the table's type: they differ in
 * the type of what is returned and in what takes the row as an argument. Only where neither can be
 * told apart is a whole row the same over copies.
 */
public final class WholeRows {

  private static final Set<String> INDIFFERENT =
      Set.of("count", "row_to_json", "to_json", "to_jsonb", "json_agg", "jsonb_agg");

  private final Set<String> labels;
  private final Predicate<Expr.Column> columns;

  /**
   * @param labels the names of the tables whose rows are copied, as the statement calls them
   * @param columns which names are those of columns: a column comes before a table of its name
   */
  public WholeRows(Set<String> labels, Predicate<Expr.Column> columns) {
    this.labels = labels;
    this.columns = columns;
  }

  /** Why a statement is refused where such a row shows its type; null where none does. */
  public @Nullable Refusal shownIn(Node node) {
    for (Node child : node.children()) {
      if (child instanceof Expr.Column column && isWholeRow(column, node) && !isIndifferent(node)) {
        return Refusal.of(
            ErrorCode.UNSUPPORTED_CLAUSE, "the whole row of table " + column.name().parts().get(0));
      }
      Refusal inside = shownIn(child);
      if (inside != null) {
        return inside;
      }
    }
    return null;
  }

  /** A star is all columns in a list, and one value anywhere else. */
  private boolean isWholeRow(Expr.Column column, Node parent) {
    boolean oneValue = !column.star() || (parent instanceof Expr && !(parent instanceof Expr.Row));
    return oneValue
        && column.name().parts().size() == 1
        && labels.contains(column.name().last())
        && !columns.test(column);
  }

  private static boolean isIndifferent(Node parent) {
    if (parent instanceof Expr.Call call) {
      return !call.special() && INDIFFERENT.contains(call.name().last());
    }
    return parent instanceof Expr.Field
        || (parent instanceof Expr.Is is && is.test().equals("null"));
  }
}
