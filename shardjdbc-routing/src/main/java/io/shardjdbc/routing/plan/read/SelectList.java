package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;

/** The columns that a block returns, stars resolved: their names, and what is known of them. */
record SelectList(List<String> names, List<ValueShape> shapes) {

  /**
   * @throws RoutingException where only the server knows which columns there are, or their names
   */
  static SelectList of(String sql, Query.Select select, Scope scope, Origins origins) {
    SelectList list = new SelectList(new ArrayList<>(), new ArrayList<>());
    for (Query.SelectItem item : select.items()) {
      if (item.value() instanceof Expr.Column column && column.star()) {
        starred(column, scope).forEach(variable -> list.add(variable, origins));
      } else {
        list.names.add(nameOf(item));
        list.shapes.add(shape(item.value(), sql, scope, origins));
      }
    }
    return list;
  }

  private void add(Variable variable, Origins origins) {
    List<String> columns = variable.columns();
    if (columns == null) {
      throw refused("a star whose columns are not known");
    }
    for (String column : columns) {
      names.add(column);
      shapes.add(ValueShape.of(variable.column(column), origins));
    }
  }

  private static List<Variable> starred(Expr.Column star, Scope scope) {
    if (star.name().is("*")) {
      if (scope.mergesColumns()) {
        throw refused("a star over a join that merges columns");
      }
      return scope.variables();
    }
    Variable variable = scope.labelled(star.name().parts());
    if (variable == null) {
      throw refused("a star whose columns are not known");
    }
    return List.of(variable);
  }

  /** The name of an item's column. */
  static String nameOf(Query.SelectItem item) {
    String name = item.alias() != null ? item.alias() : ColumnNames.of(item.value());
    if (name == null || Positions.isStar(item.value())) {
      throw refused("a column whose name only the server knows");
    }
    return name;
  }

  private static ValueShape shape(Expr value, String sql, Scope scope, Origins origins) {
    ValueShape shape = ValueShape.of(value, scope, origins);
    return value instanceof Expr.Cast cast && !cast.type().modifiers().isEmpty()
        ? shape.ofType(cast.type().span().of(sql))
        : shape;
  }

  private static RoutingException refused(String clause) {
    return new RoutingException(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }
}
