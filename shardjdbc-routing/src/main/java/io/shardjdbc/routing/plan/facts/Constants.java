package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.sql.Expr;

/** Tells expressions whose value is known once the parameters are bound. */
public final class Constants {

  private Constants() {}

  /**
   * Whether the expression is made of literals and parameters in a way that {@link KeyReader} can
   * read, or at least recognise as unreadable.
   */
  public static boolean isConstant(Expr e) {
    if (e instanceof Expr.Literal literal) {
      return literal.kind() != Expr.LiteralKind.DEFAULT;
    }
    if (e instanceof Expr.Cast cast) {
      return isConstant(cast.value());
    }
    if (e instanceof Expr.Operation operation) {
      Expr number = operation.right();
      return isSign(operation) && number != null && isConstant(number);
    }
    if (e instanceof Expr.ArrayOf array) {
      return array.items().stream().allMatch(Constants::isConstant);
    }
    return e instanceof Expr.Parameter;
  }

  /** Whether it is a number with a sign before it. */
  public static boolean isSign(Expr.Operation operation) {
    return operation.left() == null
        && (operation.operator().equals("-") || operation.operator().equals("+"));
  }
}
