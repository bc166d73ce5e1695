package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.sql.Expr;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Columns of which the text tells that Java merges them, whatever a server says of them later.
 *
 * <p>A statement that has written cannot be asked in another way, so its merge has to be certain.
 * Certain are columns of tables that are passed on as they are, of types whose order and sums Java
 * has exactly.
 */
final class KnownTypes {

  private static final Set<String> SUMMED = Set.of("smallint", "integer", "bigint", "numeric");

  private static final Set<String> SORTED =
      Set.of(
          "smallint",
          "integer",
          "bigint",
          "numeric",
          "boolean",
          "date",
          "uuid",
          "timestamp without time zone",
          "timestamp with time zone");

  private KnownTypes() {}

  /** Whether rows are sorted by such a column. */
  static boolean isSorted(@Nullable Expr value, @Nullable Scope scope, Origins origins) {
    return SORTED.contains(type(value, scope, origins));
  }

  /** Whether a total is one of such columns. */
  static boolean isTotal(Merge.Total total, Expr value, @Nullable Scope scope, Origins origins) {
    String type =
        value instanceof Expr.Call call && call.arguments().size() == 1
            ? type(call.arguments().get(0), scope, origins)
            : "";
    return switch (total) {
      case COUNT -> true;
      case SUM -> SUMMED.contains(type);
      case MIN, MAX -> SORTED.contains(type) && !type.equals("boolean") && !type.equals("uuid");
      case BOOL_AND, BOOL_OR -> type.equals("boolean");
    };
  }

  private static String type(@Nullable Expr value, @Nullable Scope scope, Origins origins) {
    if (!(value instanceof Expr.Column column) || column.star() || scope == null) {
      return "";
    }
    String type = ValueShape.of(value, scope, origins).type();
    return type.startsWith("numeric(") ? "numeric" : type;
  }
}
