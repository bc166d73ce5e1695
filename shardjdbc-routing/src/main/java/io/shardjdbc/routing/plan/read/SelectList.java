package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;

/** The columns that a block returns, stars resolved: their names, and what is known of them. */
record SelectList(List<String> names, List<ValueShape> shapes) {

  /** Refused where only the server knows which columns there are, or their names. */
  static Found<SelectList> of(String sql, Query.Select select, Scope scope, Origins origins) {
    Objections against = new Objections();
    SelectList list = new SelectList(new ArrayList<>(), new ArrayList<>());
    for (Query.SelectItem item : select.items()) {
      if (item.value() instanceof Expr.Column column && column.star()) {
        starred(column, scope, against).forEach(v -> list.add(v, origins, against));
      } else {
        list.names.add(nameOf(item, against));
        list.shapes.add(shape(item.value(), sql, scope, origins));
      }
    }
    return against.unless(() -> list);
  }

  private void add(Variable variable, Origins origins, Objections against) {
    List<String> columns = variable.columns();
    if (columns == null) {
      refuse(against, "a star whose columns are not known");
    }
    for (String column : columns == null ? List.<String>of() : columns) {
      names.add(column);
      shapes.add(ValueShape.of(variable.column(column), origins));
    }
  }

  private static List<Variable> starred(Expr.Column star, Scope scope, Objections against) {
    if (star.name().is("*")) {
      if (scope.mergesColumns()) {
        refuse(against, "a star over a join that merges columns");
      }
      return scope.variables();
    }
    Variable variable = scope.labelled(star.name().parts());
    if (variable == null) {
      refuse(against, "a star whose columns are not known");
    }
    return variable == null ? List.of() : List.of(variable);
  }

  /** The name of an item's column. */
  static String nameOf(Query.SelectItem item, Objections against) {
    String name = item.alias() != null ? item.alias() : ColumnNames.of(item.value());
    if (name == null || Positions.isStar(item.value())) {
      refuse(against, "a column whose name only the server knows");
    }
    return name == null ? "" : name;
  }

  private static ValueShape shape(Expr value, String sql, Scope scope, Origins origins) {
    ValueShape shape = ValueShape.of(value, scope, origins);
    return value instanceof Expr.Cast cast && !cast.type().modifiers().isEmpty()
        ? shape.ofType(cast.type().span().of(sql))
        : shape;
  }

  private static void refuse(Objections against, String clause) {
    against.add(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }
}
