package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Catalog.ColumnShape;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.Set;

/**
 * What is known of the values of an expression before it runs.
 *
 * @param type the type as a cast names it; empty where only the server knows
 * @param collation as in {@link ColumnShape#collation}
 * @param exactText whether, if it is text, equal texts are the same texts, and the collation is
 *     known
 */
record ValueShape(String type, String collation, boolean exactText) {

  /** Nothing to be known: the value is a number whatever the expression is. */
  static final ValueShape NUMBER = new ValueShape("", "", true);

  private static final ValueShape UNKNOWN = new ValueShape("", "", false);

  /** Types without a collation, or with that of the database. */
  private static final Set<String> PLAIN_TYPES =
      Set.of(
          "int",
          "integer",
          "int4",
          "bigint",
          "int8",
          "smallint",
          "int2",
          "numeric",
          "decimal",
          "real",
          "float4",
          "float8",
          "double precision",
          "text",
          "varchar",
          "character varying",
          "bool",
          "boolean",
          "date",
          "time",
          "timestamp",
          "timestamptz",
          "interval",
          "uuid",
          "timestamp with time zone",
          "timestamp without time zone",
          "jsonb",
          "json",
          "bytea");

  static ValueShape of(Expr value, Scope scope, Origins origins) {
    if (value instanceof Expr.Column column && !column.star()) {
      ColumnShape shape = origins.shape(scope.resolve(column.name()));
      return shape == null
          ? UNKNOWN
          : new ValueShape(shape.sqlType(), shape.collation(), shape.exactEquality());
    }
    return isPlain(value, scope, origins) ? NUMBER : UNKNOWN;
  }

  /** Of what is computed from an expression and has its collation, but not its modifiers. */
  ValueShape computed() {
    return new ValueShape("", collation, exactText);
  }

  /** Whether nothing in it has a collation but the database's. */
  private static boolean isPlain(Node node, Scope scope, Origins origins) {
    if (node instanceof Expr.Column column) {
      ColumnShape shape = column.star() ? null : origins.shape(scope.resolve(column.name()));
      return shape != null && shape.exactEquality() && shape.collation().isEmpty();
    }
    boolean other =
        node instanceof Query
            || node instanceof Expr.Collate
            || (node instanceof Expr.Cast cast
                && !(cast.type().name().parts().size() == 1
                    && PLAIN_TYPES.contains(cast.type().name().last())));
    return !other && node.children().stream().allMatch(child -> isPlain(child, scope, origins));
  }
}
