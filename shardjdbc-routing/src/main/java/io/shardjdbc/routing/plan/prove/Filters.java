package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.effects.TypeInput;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises conditions by which a table's rows can be thinned out where they lie.
 *
 * <p>Such a condition compares columns of one table with constants, by operators of the server that
 * are strict (NULL never meets it) and cannot fail, so that it may be evaluated earlier, more
 * often, and below an outer join, by the reasoning of {@link Conditions}. It is evaluated on each
 * shard and then again over what came, so its constants have to mean the same on all servers: what
 * names the clock is none ({@link ClockTexts}).
 */
final class Filters {

  private static final int NONE = -1;
  private static final int CONSTANT = -2;
  private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");
  private static final Set<String> PATTERNS = Set.of("like", "not like", "ilike", "not ilike");

  private static final Set<String> SUMS = Set.of("+", "-");

  private final Scope scope;
  private final Set<Integer> byValue;

  private Filters(Scope scope, Set<Integer> byValue) {
    this.scope = scope;
    this.byValue = byValue;
  }

  /**
   * The conditions on single tables that follow from a condition, by the table's variable: itself,
   * or of an OR whose every branch has conditions on a table, those.
   *
   * @param byValue takes the parameters that are constants only if {@link ClockTexts} says so of
   *     what is bound
   */
  static Map<Integer, Expr> of(Expr condition, Scope scope, Set<Integer> byValue) {
    Filters filters = new Filters(scope, byValue);
    int variable = filters.variable(condition);
    if (variable >= 0) {
      return Map.of(variable, condition);
    }
    return condition instanceof Expr.Logical or && !or.isAnd() ? filters.branches(or) : Map.of();
  }

  private Map<Integer, Expr> branches(Expr.Logical or) {
    Map<Integer, List<Expr>> branches = new LinkedHashMap<>();
    for (Expr operand : or.operands()) {
      Map<Integer, List<Expr>> its = new LinkedHashMap<>();
      for (Expr part : operand instanceof Expr.Logical and ? and.operands() : List.of(operand)) {
        int variable = variable(part);
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
  private int variable(Expr condition) {
    return Math.max(variableOf(condition), NONE);
  }

  private int variableOf(Expr e) {
    if (e instanceof Expr.Logical logical) {
      int common = CONSTANT;
      for (Expr operand : logical.operands()) {
        common = both(common, variableOf(operand));
      }
      return common == CONSTANT ? NONE : common;
    }
    if (e instanceof Expr.Operation operation
        && operation.left() != null
        && operation.right() != null
        && operation.escape() == null
        && (COMPARISONS.contains(operation.operator())
            || PATTERNS.contains(operation.operator()))) {
      return compared(List.of(operation.left(), operation.right()));
    }
    if (e instanceof Expr.In in && !in.negated()) {
      List<Expr> all = new ArrayList<>(List.of(in.value()));
      all.addAll(in.items());
      boolean constants = in.items().stream().allMatch(item -> column(item) == null);
      return constants ? compared(all) : NONE;
    }
    if (e instanceof Expr.Between between && !between.negated()) {
      return compared(List.of(between.value(), between.low(), between.high()));
    }
    if (e instanceof Expr.Quantified any && !any.all() && any.operator().equals("=")) {
      return compared(List.of(any.value(), any.operand()));
    }
    if (e instanceof Expr.Is is && is.test().equals("null") && is.negated()) {
      return compared(List.of(is.value()));
    }
    return NONE;
  }

  /** The variable of columns that are compared with each other, and with constants. */
  private int compared(List<Expr> operands) {
    int common = CONSTANT;
    TypeInput types = TypeInput.TEXT;
    for (Expr operand : operands) {
      Expr.Column column = column(operand);
      if (column != null) {
        TableVariable table = table(column);
        common = both(common, table == null ? NONE : table.id());
        types = table == null || column != operand ? types : types.or(type(table, column));
      }
    }
    TypeInput ofColumns = common == CONSTANT ? TypeInput.SERVER : types;
    boolean constants =
        operands.stream()
            .filter(operand -> column(operand) == null)
            .allMatch(operand -> isConstant(operand, ofColumns));
    return constants ? common : NONE;
  }

  /** The column that an operand is, or that it is a part of; null where it is neither. */
  private static Expr.@Nullable Column column(Expr operand) {
    if (operand instanceof Expr.Column column) {
      return column;
    }
    return operand instanceof Expr.Call call
            && isPartOfText(call)
            && call.arguments().get(0) instanceof Expr.Column column
        ? column
        : null;
  }

  /**
   * {@code substring(phone from 1 for 2)}: by its grammar it is the server's own, and it fails for
   * a negative length alone.
   */
  private static boolean isPartOfText(Expr.Call call) {
    return call.special()
        && call.name().is("substring")
        && call.arguments().size() > 1
        && call.arguments().stream()
            .skip(1)
            .allMatch(
                argument ->
                    argument instanceof Expr.Literal literal
                        && literal.kind() == Expr.LiteralKind.INTEGER);
  }

  private @Nullable TableVariable table(Expr.Column column) {
    ColumnId id = column.star() ? null : scope.resolve(column.name());
    return id == null ? null : scope.table(id.variable());
  }

  private static TypeInput type(TableVariable table, Expr.Column column) {
    return TypeInput.of(table.columnShape(column.name().last()));
  }

  private boolean isConstant(Expr e, TypeInput types) {
    boolean given =
        Constants.isConstant(e)
            ? !(e instanceof Expr.Cast cast) || isPlain(cast)
            : isSumOfLiterals(e);
    return given && ClockTexts.isFixed(e, types, byValue);
  }

  /** {@code date '2026-01-01'} is as good as a constant; a cast of a cast might be anything. */
  private static boolean isPlain(Expr.Cast cast) {
    return cast.value() instanceof Expr.Literal || cast.value() instanceof Expr.Parameter;
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
