package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Update;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What SET gives each column, where every column has an expression of its own. */
final class NewValues {

  private NewValues() {}

  /**
   * @param fixed columns that take DEFAULT only
   * @return refused where a column has no such expression
   */
  static Found<Map<String, Expr>> of(Update update, String table, List<String> fixed) {
    Map<String, Expr> values = new LinkedHashMap<>();
    for (Assignment assignment : update.assignments()) {
      if (assignment.subscripted()) {
        return RowMove.refused(table, "a field or an element of a column is assigned");
      }
      List<String> columns = assignment.columns();
      for (int i = 0; i < columns.size(); i++) {
        Expr value = assignment.value();
        if (columns.size() > 1) {
          value =
              value instanceof Expr.Row row && row.items().size() == columns.size()
                  ? row.items().get(i)
                  : null;
        }
        if (value == null) {
          return RowMove.refused(table, "one value is assigned to several columns");
        }
        if (fixed.contains(columns.get(i)) && !isDefault(value)) {
          return RowMove.refused(table, "column " + columns.get(i) + " takes DEFAULT only");
        }
        if (values.put(columns.get(i), value) != null) {
          return RowMove.refused(table, "column " + columns.get(i) + " is assigned twice");
        }
      }
    }
    return Found.of(values);
  }

  static boolean isDefault(@Nullable Expr value) {
    return value instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT;
  }

  /** Whether a value that stands alone takes the type of the column it is given to. */
  static boolean takesTypeOfColumn(@Nullable Expr value) {
    return value instanceof Expr.Parameter
        || (value instanceof Expr.Literal literal
            && (literal.kind() == Expr.LiteralKind.STRING
                || literal.kind() == Expr.LiteralKind.NULL));
  }
}
