package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions that are called as if they were columns: {@code p.f} or {@code (p).f} for {@code f(p)}.
 *
 * <p>PostgreSQL takes such a name for a function where the row has no column of it.
 */
final class Attributes {

  private Attributes() {}

  /** The name that a node may call a function by, or null. */
  static @Nullable String of(Node node, Scope scope) {
    if (node instanceof Expr.Field field) {
      return field.field().equals("*") ? null : field.field();
    }
    if (node instanceof Expr.Column column && !column.star() && column.name().parts().size() > 1) {
      List<String> parts = column.name().parts();
      String name = parts.get(parts.size() - 1);
      Variable variable = scope.labelled(parts.subList(0, parts.size() - 1));
      return variable == null || variable.presence(name) == Variable.Presence.YES ? null : name;
    }
    return null;
  }
}
