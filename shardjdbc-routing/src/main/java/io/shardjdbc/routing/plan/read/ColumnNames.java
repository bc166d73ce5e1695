package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.sql.Expr;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that the server gives to columns of expressions, by its own rule ({@code FigureColname}
 * in {@code parse_target.c}).
 *
 * @param text the name
 * @param firm whether a cast around the expression leaves the name as it is
 */
record ColumnNames(String text, boolean firm) {

  private static final String UNNAMED = "?column?";

  /** The grammar's own forms whose columns are called by their keyword. */
  private static final Set<String> FORMS =
      Set.of("coalesce", "greatest", "least", "nullif", "extract", "position", "substring");

  private static final Set<String> TESTS =
      Set.of("null", "true", "false", "unknown", "distinct from");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("int", "int4"),
          Map.entry("integer", "int4"),
          Map.entry("int4", "int4"),
          Map.entry("bigint", "int8"),
          Map.entry("int8", "int8"),
          Map.entry("smallint", "int2"),
          Map.entry("int2", "int2"),
          Map.entry("real", "float4"),
          Map.entry("float4", "float4"),
          Map.entry("float8", "float8"),
          Map.entry("double precision", "float8"),
          Map.entry("numeric", "numeric"),
          Map.entry("decimal", "numeric"),
          Map.entry("text", "text"),
          Map.entry("varchar", "varchar"),
          Map.entry("character varying", "varchar"),
          Map.entry("bool", "bool"),
          Map.entry("boolean", "bool"),
          Map.entry("date", "date"),
          Map.entry("timestamp", "timestamp"),
          Map.entry("timestamptz", "timestamptz"),
          Map.entry("timestamp with time zone", "timestamptz"),
          Map.entry("interval", "interval"),
          Map.entry("jsonb", "jsonb"),
          Map.entry("json", "json"),
          Map.entry("uuid", "uuid"));

  /** The name of an expression's column, or null where we cannot tell. */
  static @Nullable String of(Expr value) {
    ColumnNames name = name(value);
    return name == null ? null : name.text();
  }

  private static @Nullable ColumnNames name(Expr value) {
    if (value instanceof Expr.Column column && !column.star()) {
      return new ColumnNames(column.name().last(), true);
    }
    if (value instanceof Expr.Call call) {
      boolean known = !call.special() || FORMS.contains(call.name().last());
      return known ? new ColumnNames(call.name().last(), true) : null;
    }
    if (value instanceof Expr.Collate collate) {
      return name(collate.value());
    }
    if (value instanceof Expr.Cast cast) {
      ColumnNames inner = name(cast.value());
      if (inner == null || inner.firm()) {
        return inner;
      }
      String type = TYPES.get(cast.type().name().last());
      return type == null ? null : new ColumnNames(type, false);
    }
    if (value instanceof Expr.Case choice) {
      ColumnNames otherwise =
          choice.otherwise() == null ? new ColumnNames(UNNAMED, false) : name(choice.otherwise());
      return otherwise == null || otherwise.firm() ? otherwise : new ColumnNames("case", false);
    }
    if (value instanceof Expr.Operation operation && operation.operator().startsWith("at ")) {
      return new ColumnNames("timezone", true); // to the grammar it is a call
    }
    boolean plain =
        (value instanceof Expr.Operation operation && isOperator(operation.operator()))
            || value instanceof Expr.Chain
            || value instanceof Expr.Logical
            || value instanceof Expr.Not
            || (value instanceof Expr.Is is && TESTS.contains(is.test()))
            || value instanceof Expr.In
            || value instanceof Expr.Between
            || value instanceof Expr.Parameter
            || value instanceof Expr.Literal;
    return plain ? new ColumnNames(UNNAMED, false) : null;
  }

  private static boolean isOperator(String operator) {
    return !Character.isLetter(operator.charAt(0)) || operator.endsWith("like");
  }
}
