package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The expressions that a block groups by, whichever way GROUP BY names them. */
final class GroupKeys {

  private final Query.Select select;
  private final Scope scope;
  private final Objections against;

  /**
   * @param against notes where groups are not sums of smaller ones, or it is not certain what they
   *     are
   */
  GroupKeys(Query.Select select, Scope scope, Objections against) {
    this.select = select;
    this.scope = scope;
    this.against = against;
  }

  /** Of a block without aggregates but with DISTINCT, its columns. */
  List<Expr> find(boolean aggregated) {
    List<Expr> keys = new ArrayList<>();
    if (!aggregated) {
      select.items().forEach(item -> keys.add(item.value()));
    }
    if (select.groupByDistinct()) {
      refuse("GROUP BY DISTINCT");
    }
    for (Query.Grouping grouping : select.groupBy()) {
      if (grouping.kind() != Query.GroupingKind.PLAIN) {
        refuse("grouping sets");
      }
      for (Expr value : grouping.values()) {
        keys.add(named(value));
      }
    }
    for (Expr key : keys) {
      if (key instanceof Expr.Row || Positions.isStar(key)) {
        refuse("groups of whole rows");
      }
      if (Functions.hasAggregate(key)) {
        refuse("groups by an aggregate");
      }
      if (key instanceof Expr.Cast cast && !cast.type().modifiers().isEmpty()) {
        refuse("groups by a cast with a modifier");
      }
    }
    return keys;
  }

  private Expr named(Expr value) {
    if (Positions.number(value) > 0) {
      Query.SelectItem item = Positions.item(value, select);
      if (item == null) {
        refuse("GROUP BY a position behind a star");
      }
      return item == null ? value : item.value();
    }
    if (!(value instanceof Expr.Column column) || column.name().parts().size() > 1) {
      return value;
    }
    Scope.Resolution merged = scope.mergedColumn(column.name().last());
    Scope.Resolution input = Scope.among(scope.variables(), column.name().last());
    Expr output = output(column.name().last());
    boolean certainlyInput =
        (merged.certain() && merged.column() != null)
            || (input.certain() && input.column() != null)
            || (input.certain() && output == null);
    if (certainlyInput) {
      return value;
    }
    if (input.certain() || merged.certain() || output == null) {
      refuse("GROUP BY a name of two meanings");
    }
    return output == null ? value : output;
  }

  /** The one item whose column has that name, or null. */
  private @Nullable Expr output(String name) {
    Expr found = null;
    for (Query.SelectItem item : select.items()) {
      String own = item.alias() != null ? item.alias() : ColumnNames.of(item.value());
      if (name.equals(own)) {
        if (found != null) {
          refuse("GROUP BY a name of two columns");
        }
        found = item.value();
      }
    }
    return found;
  }

  private void refuse(String clause) {
    against.add(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }
}
