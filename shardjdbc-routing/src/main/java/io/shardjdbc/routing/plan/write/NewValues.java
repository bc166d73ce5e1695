package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Update;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What SET gives each column, where every column has an expression of its own. */
final class NewValues {

  /**
   * What a column is given.
   *
   * @param of how many columns the value is a row for; 1 where it is the column's own
   * @param at which of them it is
   */
  record NewValue(Expr value, int of, int at) {

    /** Appends an expression for it. */
    void write(Template text) {
      if (!(of > 1 && value instanceof Expr.Subquery row)) {
        text.copy(value.span());
        return;
      }
      String columns =
          IntStream.range(0, of).mapToObj(i -> "p" + i).collect(Collectors.joining(", "));
      text.write("(SELECT p" + at + " FROM (")
          .copy(row.query().span())
          .write(") AS \"shardjdbc:row\"(" + columns + "))");
    }
  }

  private NewValues() {}

  /**
   * @param fixed columns that take DEFAULT only
   * @return refused where a column has no such expression
   */
  static Found<Map<String, NewValue>> of(
      Update update, String table, List<String> fixed, Catalog catalog) {
    Map<String, NewValue> values = new LinkedHashMap<>();
    for (Assignment assignment : update.assignments()) {
      if (assignment.subscripted()) {
        return RowMove.refused(table, "a field or an element of a column is assigned");
      }
      List<String> columns = assignment.columns();
      for (int i = 0; i < columns.size(); i++) {
        NewValue value = of(assignment, i, catalog);
        if (value == null) {
          return RowMove.refused(
              table,
              "a query for several columns picks rows, or calls what may answer otherwise again");
        }
        if (fixed.contains(columns.get(i)) && !isDefault(value.value())) {
          return RowMove.refused(table, "column " + columns.get(i) + " takes DEFAULT only");
        }
        if (values.put(columns.get(i), value) != null) {
          return RowMove.refused(table, "column " + columns.get(i) + " is assigned twice");
        }
      }
    }
    return Found.of(values);
  }

  private static @Nullable NewValue of(Assignment assignment, int at, Catalog catalog) {
    int columns = assignment.columns().size();
    Expr value = assignment.value();
    if (columns == 1) {
      return new NewValue(value, 1, 0);
    } else if (value instanceof Expr.Row row) {
      return row.items().size() == columns ? new NewValue(row.items().get(at), 1, 0) : null;
    }
    return value instanceof Expr.Subquery row && mayRepeat(row, columns, catalog)
        ? new NewValue(value, columns, at)
        : null;
  }

  /** Whether a query for several columns gives each of them the same where it is asked for each. */
  private static boolean mayRepeat(Expr.Subquery row, int columns, Catalog catalog) {
    return row.query().body() instanceof Query.Select select
        && select.items().size() == columns
        && select.items().stream().noneMatch(item -> Positions.isStar(item.value()))
        && row.query().locking().isEmpty()
        && Calls.choices(row) == null
        && Calls.first(
                List.of(row),
                catalog,
                kind -> kind == Volatility.VOLATILE || kind == Volatility.UNKNOWN)
            == null;
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
