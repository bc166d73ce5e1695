package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.route.Catalog;
import io.shardjdbc.routing.route.Catalog.Volatility;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.TypeName;
import java.util.List;
import java.util.Set;

/**
 * Tells expressions that any server computes alike, now and a moment later, from constants and
 * parameters: {@code 8 + 0}, {@code lower(?)}, {@code 5::numeric}.
 *
 * <p>What looks at the clock, the session or a table is not of them, nor is a cast to a type whose
 * texts may do so: {@code 'now'::date}.
 */
public final class Computable {

  private static final Set<String> TYPES =
      Set.of(
          "smallint",
          "int2",
          "integer",
          "int",
          "int4",
          "bigint",
          "int8",
          "numeric",
          "decimal",
          "dec",
          "real",
          "float4",
          "double precision",
          "float8",
          "text",
          "varchar",
          "character varying",
          "char",
          "character",
          "bpchar",
          "name",
          "uuid",
          "boolean",
          "bool");

  private static final Set<String> OPERATORS =
      Set.of(
          "+", "-", "*", "/", "%", "||", "&", "|", "#", "~", "<<", ">>", "=", "<>", "<", ">", "<=",
          ">=");

  private static final Set<String> FORMS = Set.of("coalesce", "nullif", "greatest", "least");

  private Computable() {}

  public static boolean isAnywhereAlike(Expr e, Catalog catalog) {
    return isOwnKind(e, catalog) && e.children().stream().allMatch(part -> isPart(part, catalog));
  }

  private static boolean isPart(Node part, Catalog catalog) {
    return part instanceof Expr e && !(part instanceof Query) && isAnywhereAlike(e, catalog);
  }

  private static boolean isOwnKind(Expr e, Catalog catalog) {
    if (e instanceof Expr.Literal literal) {
      return literal.kind() != Expr.LiteralKind.DEFAULT;
    }
    if (e instanceof Expr.Cast cast) {
      return isOfKnownType(cast.type());
    }
    if (e instanceof Expr.Operation operation) {
      return OPERATORS.contains(operation.operator());
    }
    if (e instanceof Expr.Call call) {
      return isPlain(call)
          && (call.special()
              ? FORMS.contains(call.name().last())
              : Functions.volatility(call, catalog) == Volatility.IMMUTABLE);
    }
    return e instanceof Expr.Parameter
        || e instanceof Expr.Case
        || e instanceof Expr.Logical
        || e instanceof Expr.Not
        || e instanceof Expr.In
        || e instanceof Expr.Between;
  }

  private static boolean isPlain(Expr.Call call) {
    return !Functions.isAggregate(call) && call.over() == null && !call.variadic();
  }

  private static boolean isOfKnownType(TypeName type) {
    List<String> parts = type.name().parts();
    return type.dimensions() == 0
        && (parts.size() == 1 || (parts.size() == 2 && parts.get(0).equals("pg_catalog")))
        && TYPES.contains(type.name().last());
  }
}
