package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.TypeName;
import java.util.List;
import java.util.Set;

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

  /**
   * Whether a column of these constants equals keys as keys equal each other, whatever their type:
   * not as {@code float8}, which rounds, nor as {@code char(n)}, which ignores blanks. What is
   * bound without a cast is judged when it is there, by {@link Targets}.
   */
  public static boolean areExact(List<Expr> constants) {
    return constants.stream().allMatch(Constants::isExact);
  }

  private static boolean isExact(Expr e) {
    if (e instanceof Expr.Literal literal) {
      return switch (literal.kind()) {
        case INTEGER, DECIMAL, STRING, NULL -> true;
        default -> false;
      };
    }
    if (e instanceof Expr.Cast cast) {
      TypeName type = cast.type();
      String name = type.name().last();
      boolean numeric = name.equals("numeric") || name.equals("decimal");
      return type.isBuiltIn()
          && type.modifiers().isEmpty()
          && (numeric || KeyType.named(name).isPresent());
    }
    if (e instanceof Expr.Operation operation) {
      Expr number = operation.right();
      return isSign(operation) && number != null && isExact(number);
    }
    return e instanceof Expr.ArrayOf array ? areExact(array.items()) : e instanceof Expr.Parameter;
  }

  /** Those that are bound without a cast. */
  public static void collectParameters(Domain constants, Set<Integer> indices) {
    if (constants instanceof Domain.Terms terms) {
      terms.terms().forEach(term -> collectParameters(term, indices));
    } else if (constants instanceof Domain.Elements elements) {
      collectParameters(elements.array(), indices);
    }
  }

  private static void collectParameters(Expr e, Set<Integer> indices) {
    if (e instanceof Expr.Parameter parameter) {
      indices.add(parameter.index());
    } else if (e instanceof Expr.ArrayOf array) {
      array.items().forEach(item -> collectParameters(item, indices));
    } else if (e instanceof Expr.Operation operation && operation.right() != null) {
      collectParameters(operation.right(), indices);
    }
  }
}
