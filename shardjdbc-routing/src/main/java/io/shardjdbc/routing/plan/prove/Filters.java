package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Recognises conditions by which a table's rows can be thinned out where they lie.
 *
 * <p>Such a condition compares columns of one table with constants, by operators of the server that
 * are strict (NULL never meets it) and cannot fail, so that it may be evaluated earlier, more
 * often, and below an outer join, by the reasoning of {@link Conditions}.
 */
final class Filters {

  private static final int NONE = -1;
  private static final int CONSTANT = -2;
  private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");
  private static final Set<String> PATTERNS = Set.of("like", "not like", "ilike", "not ilike");

  private static final Set<String> SUMS = Set.of("+", "-");

  private Filters() {}

  /**
   * The conditions on single tables that follow from a condition, by the table's variable: itself,
   * or of an OR whose every branch has conditions on a table, those.
   */
  static Map<Integer, Expr> of(Expr condition, Scope scope) {
    int variable = variable(condition, scope);
    if (variable >= 0) {
      return Map.of(variable, condition);
    }
    return condition instanceof Expr.Logical or && !or.isAnd() ? branches(or, scope) : Map.of();
  }

  private static Map<Integer, Expr> branches(Expr.Logical or, Scope scope) {
    Map<Integer, List<Expr>> branches = new LinkedHashMap<>();
    for (Expr operand : or.operands()) {
      Map<Integer, List<Expr>> its = new LinkedHashMap<>();
      for (Expr part : operand instanceof Expr.Logical and ? and.operands() : List.of(operand)) {
        int variable = variable(part, scope);
        if (variable >= 0) {
          its.computeIfAbsent(variable, v -> new ArrayList<>()).add(part);
        }
      }
      its.forEach(
          (variable, parts) ->
              branches
                  .computeIfAbsent(variable, v -> new ArrayList<>())
                  .add(
                      parts.size() == 1
                          ? parts.get(0)
                          : new Expr.Logical(true, parts, operand.span())));
    }
    Map<Integer, Expr> whole = new LinkedHashMap<>();
    branches.forEach(
        (variable, each) -> {
          if (each.size() == or.operands().size()) {
            whole.put(variable, new Expr.Logical(false, each, or.span()));
          }
        });
    return whole;
  }

  /** The table variable that the condition filters, or -1 where it is not such a condition. */
  private static int variable(Expr condition, Scope scope) {
    return Math.max(variableOf(condition, scope), NONE);
  }

  private static int variableOf(Expr e, Scope scope) {
    if (e instanceof Expr.Logical logical) {
      int common = CONSTANT;
      for (Expr operand : logical.operands()) {
        common = both(common, variableOf(operand, scope));
      }
      return common == CONSTANT ? NONE : common;
    }
    if (e instanceof Expr.Operation operation
        && operation.left() != null
        && operation.right() != null
        && operation.escape() == null
        && (COMPARISONS.contains(operation.operator())
            || PATTERNS.contains(operation.operator()))) {
      return both(operand(operation.left(), scope), operand(operation.right(), scope));
    }
    if (e instanceof Expr.In in && !in.negated()) {
      int common = operand(in.value(), scope);
      for (Expr item : in.items()) {
        common = both(common, operand(item, scope) == CONSTANT ? CONSTANT : NONE);
      }
      return common;
    }
    if (e instanceof Expr.Between between && !between.negated()) {
      return both(
          operand(between.value(), scope),
          both(operand(between.low(), scope), operand(between.high(), scope)));
    }
    if (e instanceof Expr.Quantified any && !any.all() && any.operator().equals("=")) {
      return both(operand(any.value(), scope), operand(any.operand(), scope));
    }
    if (e instanceof Expr.Is is && is.test().equals("null") && is.negated()) {
      return operand(is.value(), scope);
    }
    return NONE;
  }

  private static int operand(Expr e, Scope scope) {
    if (Constants.isConstant(e)) {
      return e instanceof Expr.Cast cast && !(cast.value() instanceof Expr.Parameter)
          ? literalCast(cast)
          : CONSTANT;
    }
    if (isSumOfLiterals(e)) {
      return CONSTANT;
    }
    if (e instanceof Expr.Column column && !column.star()) {
      ColumnId id = scope.resolve(column.name());
      return id != null && scope.isTable(id.variable()) ? id.variable() : NONE;
    }
    return NONE;
  }

  /** {@code date '2026-01-01'} is as good as a constant; a cast of a cast might be anything. */
  private static int literalCast(Expr.Cast cast) {
    return cast.value() instanceof Expr.Literal ? CONSTANT : NONE;
  }

  /**
   * {@code date '2026-01-01' + interval '1 month'}: a server computes it while it plans, to know
   * how many rows to expect, so that it fails whatever the rows are, or not at all.
   */
  private static boolean isSumOfLiterals(Expr e) {
    return e instanceof Expr.Operation sum
        && SUMS.contains(sum.operator())
        && sum.left() != null
        && sum.right() != null
        && isLiteralOrSum(sum.left())
        && isLiteralOrSum(sum.right());
  }

  private static boolean isLiteralOrSum(Expr e) {
    Expr value = e instanceof Expr.Cast cast ? cast.value() : e;
    return value instanceof Expr.Literal literal
        ? literal.kind() != Expr.LiteralKind.DEFAULT
        : isSumOfLiterals(e);
  }

  private static int both(int a, int b) {
    if (a == NONE || b == NONE) {
      return NONE;
    }
    if (a == CONSTANT || b == CONSTANT) {
      return Math.max(a, b);
    }
    return a == b ? a : NONE;
  }
}
