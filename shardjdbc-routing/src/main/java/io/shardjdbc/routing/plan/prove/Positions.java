package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import org.jspecify.annotations.Nullable;

/** The ways in which ORDER BY and GROUP BY refer to the select list. */
public final class Positions {

  private Positions() {}

  /** The item that a bare integer means, or null where it is none. */
  public static Query.@Nullable SelectItem item(Expr value, Query.Select select) {
    int position = number(value);
    if (position < 1 || position > select.items().size()) {
      return null;
    }
    for (int i = 0; i < position; i++) {
      if (isStar(select.items().get(i).value())) {
        return null;
      }
    }
    return select.items().get(position - 1);
  }

  /** The bare integer that the expression is, or -1. */
  public static int number(Expr value) {
    if (value instanceof Expr.Literal literal
        && literal.kind() == Expr.LiteralKind.INTEGER
        && literal.value().length() < 6
        && literal.value().chars().allMatch(Character::isDigit)) {
      return Integer.parseInt(literal.value());
    }
    return -1;
  }

  /** Whether it stands for several columns. */
  public static boolean isStar(Expr value) {
    return (value instanceof Expr.Column column && column.star())
        || (value instanceof Expr.Field field && field.field().equals("*"));
  }

  /** The name that the server gives to the item's column, or null where we cannot tell. */
  public static @Nullable String outputName(Query.SelectItem item) {
    if (item.alias() != null) {
      return item.alias();
    }
    Expr value = item.value();
    while (value instanceof Expr.Cast cast && !(cast.value() instanceof Expr.Literal)) {
      value = cast.value();
    }
    if (value instanceof Expr.Column column) {
      return column.name().last();
    }
    return value instanceof Expr.Call call ? call.name().last() : null;
  }
}
