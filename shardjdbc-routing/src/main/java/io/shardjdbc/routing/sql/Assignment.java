package io.shardjdbc.routing.sql;

import java.util.List;

/**
 * One element of SET.
 *
 * @param columns one column, or those of {@code (a, b) = ...}
 * @param subscripted whether a field or an element of the column is assigned, as in {@code a[1] =}
 * @param subscripts the expressions of those subscripts
 * @param value what is assigned: for several columns a {@link Expr.Row} or a {@link Expr.Subquery}
 */
public record Assignment(
    List<String> columns, boolean subscripted, List<Expr> subscripts, Expr value, Span span)
    implements Node {
  public Assignment {
    columns = List.copyOf(columns);
    subscripts = List.copyOf(subscripts);
  }

  @Override
  public List<Expr> children() {
    var all = new java.util.ArrayList<>(subscripts);
    all.add(value);
    return List.copyOf(all);
  }
}
