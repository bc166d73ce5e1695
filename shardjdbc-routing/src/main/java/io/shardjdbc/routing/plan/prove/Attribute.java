package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function that may be called as if it were a column: {@code p.f} or {@code (p).f} for {@code
 * f(p)}.
 *
 * <p>PostgreSQL takes such a name for a function where the row has no column of it; and behind
 * parentheses also where there is no row at all, as in {@code ('s'::regclass).nextval}.
 *
 * @param call what the node is if it is a call
 * @param certain whether it is no column for sure, or a field, of which the columns are not known
 */
record Attribute(Expr.Call call, boolean certain) {

  /** It counts rows, whatever they have. */
  private static final String COUNT = "count";

  /** What a node may call, or null. */
  static @Nullable Attribute of(Node node, Scope scope) {
    if (node instanceof Expr.Field field && !field.field().equals("*")) {
      return new Attribute(call(field.field(), field.value(), field.span()), true);
    }
    if (node instanceof Expr.Column column && !column.star() && column.name().parts().size() > 1) {
      List<String> parts = column.name().parts();
      String name = parts.get(parts.size() - 1);
      Variable variable = scope.labelled(parts.subList(0, parts.size() - 1));
      if (variable != null && variable.presence(name) != Variable.Presence.YES) {
        boolean certain = variable.presence(name) == Variable.Presence.NO;
        return new Attribute(call(name, column, column.span()), certain);
      }
    }
    return null;
  }

  /**
   * The label of the table whose whole row a node gives to a function; null where it is a column.
   */
  static @Nullable String rowOf(Node node, Scope scope) {
    if (node instanceof Expr.Column column) {
      List<String> parts = column.name().parts();
      return ofRow(scope.labelled(parts.subList(0, parts.size() - 1)), parts.get(parts.size() - 1));
    }
    if (node instanceof Expr.Field field
        && field.value() instanceof Expr.Column row
        && scope.resolve(row.name()) == null) {
      return ofRow(scope.labelled(row.name().parts()), field.field());
    }
    return null;
  }

  private static @Nullable String ofRow(@Nullable Variable variable, String name) {
    if (variable == null || variable.presence(name) != Variable.Presence.NO) {
      return null;
    }
    return name.equals(COUNT) ? null : variable.label();
  }

  private static Expr.Call call(String name, Expr argument, Span span) {
    return new Expr.Call(
        new Name(List.of(name), span),
        List.of(argument),
        List.of(),
        false,
        false,
        false,
        false,
        List.of(),
        null,
        null,
        false,
        span);
  }

  String name() {
    return call.name().last();
  }
}
