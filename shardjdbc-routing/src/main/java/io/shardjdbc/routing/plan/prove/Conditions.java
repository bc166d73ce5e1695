package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.EqualityKind;
import io.shardjdbc.routing.plan.facts.QueryVariable;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads facts about columns out of a condition that rows have to meet.
 *
 * <p>A condition is strict in the columns used here: NULL never meets it. (IS NOT DISTINCT FROM is
 * used only where one of its sides is certainly not NULL.) Hence the rules of what a condition may
 * restrict, which the caller gives as {@code targets}:
 *
 * <ul>
 *   <li>WHERE, and ON of an inner join, restrict every variable below them, also one on the
 *       nullable side of an outer join: a row taken away there could only come back as NULLs, which
 *       the condition refuses;
 *   <li>ON of a LEFT JOIN restricts the right side only, of a RIGHT JOIN the left, of a FULL JOIN
 *       neither;
 *   <li>WHERE of a sub-query restricts the sub-query's own variables. Where the sub-query is an
 *       EXISTS that has to hold, it restricts what the EXISTS itself may restrict, too.
 * </ul>
 */
public final class Conditions {

  private final Analyzer analyzer;
  private final Scope scope;
  private final IntPredicate targets;

  Conditions(Analyzer analyzer, Scope scope, IntPredicate targets) {
    this.analyzer = analyzer;
    this.scope = scope;
    this.targets = targets;
  }

  /** Adds what follows from {@code condition} being true. */
  void require(Expr condition) {
    if (condition instanceof Expr.Logical and && and.isAnd()) {
      and.operands().forEach(this::require);
      return;
    }
    domains(condition).forEach(this::constrain);
    Filters.of(condition, scope, analyzer.analysis().readByValue())
        .forEach(
            (variable, filter) -> {
              if (targets.test(variable)) {
                analyzer
                    .analysis()
                    .filters()
                    .computeIfAbsent(variable, v -> new ArrayList<>())
                    .add(filter);
              }
            });
    if (condition instanceof Expr.Logical or) {
      sharedEqualities(or.operands());
    } else if (condition instanceof Expr.Operation operation && operation.operator().equals("=")) {
      equality(operation.left(), operation.right());
    } else if (condition instanceof Expr.Is is && isSame(is) && isStrict(is)) {
      link(is.value(), is.other());
    } else if (condition instanceof Expr.InQuery in && !in.negated()) {
      membership(in.value(), in.query());
    } else if (condition instanceof Expr.Quantified any
        && isAnyEqual(any)
        && any.operand() instanceof Expr.Subquery subquery) {
      membership(any.value(), subquery.query());
    } else if (condition instanceof Expr.Exists exists) {
      analyzer.exists(exists, scope, targets);
    }
  }

  /** What all branches of an OR say, it says itself: that two columns are equal. */
  private void sharedEqualities(List<Expr> branches) {
    Set<Set<ColumnId>> shared = null;
    for (Expr branch : branches) {
      Set<Set<ColumnId>> own = new LinkedHashSet<>();
      for (Expr part :
          branch instanceof Expr.Logical and && and.isAnd() ? and.operands() : List.of(branch)) {
        if (part instanceof Expr.Operation operation && operation.operator().equals("=")) {
          ColumnId a = column(operation.left());
          ColumnId b = column(operation.right());
          if (a != null && b != null && !a.equals(b)) {
            own.add(Set.of(a, b));
          }
        }
      }
      if (shared == null) {
        shared = own;
      } else {
        shared.retainAll(own);
      }
    }
    for (Set<ColumnId> pair : shared == null ? Set.<Set<ColumnId>>of() : shared) {
      Iterator<ColumnId> columns = pair.iterator();
      equal(columns.next(), columns.next());
    }
  }

  /** Two columns of the same row, as USING says. */
  void equal(ColumnId a, ColumnId b) {
    if (scope.family(a).joins(scope.family(b))) {
      link(a, scope.family(a));
      link(b, scope.family(b));
      if (targets.test(b.variable())) {
        analyzer.facts().implies(a, b);
      }
      if (targets.test(a.variable())) {
        analyzer.facts().implies(b, a);
      }
    }
  }

  private void link(ColumnId column, EqualityKind family) {
    if (family == EqualityKind.CONSTANT) {
      analyzer.facts().link(column);
    }
  }

  private void equality(@Nullable Expr left, @Nullable Expr right) {
    if (left instanceof Expr.Row a && right instanceof Expr.Row b) {
      for (int i = 0; i < Math.min(a.items().size(), b.items().size()); i++) {
        link(a.items().get(i), b.items().get(i));
      }
    } else {
      link(left, right);
    }
  }

  private void link(@Nullable Expr left, @Nullable Expr right) {
    ColumnId a = column(left);
    ColumnId b = column(right);
    if (a != null && b != null) {
      equal(a, b);
    } else if (a != null && right instanceof Expr.Subquery subquery) {
      fromQuery(subquery.query(), a);
    } else if (b != null && left instanceof Expr.Subquery subquery) {
      fromQuery(subquery.query(), b);
    }
  }

  /** {@code column = (SELECT x ...)}: the column is whatever x can be. */
  private void fromQuery(Query query, ColumnId column) {
    ColumnId result = analyzer.subquery(query, scope, v -> false).rows().at(0);
    if (result != null) {
      gives(result, column);
    }
  }

  private void membership(Expr value, Query query) {
    QueryVariable rows = analyzer.subquery(query, scope, v -> false).rows();
    List<Expr> values = value instanceof Expr.Row row ? row.items() : List.of(value);
    for (int i = 0; i < values.size(); i++) {
      ColumnId column = column(values.get(i));
      ColumnId result = rows.at(i);
      if (column != null && result != null) {
        gives(result, column);
        if (rows.family(result.column()).joins(scope.family(column))) {
          analyzer.facts().implies(column, result);
        }
      }
    }
  }

  private void gives(ColumnId result, ColumnId column) {
    EqualityKind family = analyzer.family(result);
    if (targets.test(column.variable()) && family.joins(scope.family(column))) {
      link(result, family);
      analyzer.facts().implies(result, column);
    }
  }

  private void constrain(ColumnId column, Domain domain) {
    if (targets.test(column.variable())) {
      analyzer.facts().constrain(column, domain);
    }
  }

  /** The columns that the condition confines to constants. */
  private Map<ColumnId, Domain> domains(Expr condition) {
    if (condition instanceof Expr.Logical logical) {
      return logical.isAnd() ? all(logical.operands()) : any(logical.operands());
    }
    Map<ColumnId, Domain> found = new LinkedHashMap<>();
    if (condition instanceof Expr.Operation operation) {
      comparison(operation, found);
    } else if (condition instanceof Expr.In in && !in.negated()) {
      list(in, found);
    } else if (condition instanceof Expr.Between between
        && !between.negated()
        && !between.symmetric()) {
      range(between.value(), between.low(), between.high(), found);
    } else if (condition instanceof Expr.Quantified any && isAnyEqual(any)) {
      ColumnId column = column(any.value());
      if (column != null && Constants.isConstant(any.operand())) {
        found.put(column, new Domain.Elements(any.operand()));
      }
    } else if (condition instanceof Expr.Is is && isSame(is) && isStrict(is)) {
      terms(is.value(), List.of(other(is)), found);
    }
    return found;
  }

  private static Expr other(Expr.Is is) {
    return is.other() == null ? is.value() : is.other();
  }

  private static boolean isSame(Expr.Is is) {
    return is.test().equals("distinct from") && is.negated();
  }

  /** IS NOT DISTINCT FROM is an equality where one side is certainly not NULL. */
  private boolean isStrict(Expr.Is is) {
    return isNeverNull(is.value()) || isNeverNull(is.other());
  }

  private boolean isNeverNull(@Nullable Expr e) {
    if (e instanceof Expr.Cast cast) {
      return isNeverNull(cast.value()) && !(cast.value() instanceof Expr.Column);
    }
    if (e instanceof Expr.Operation sign && Constants.isSign(sign)) {
      return isNeverNull(sign.right()) && !(sign.right() instanceof Expr.Column);
    }
    if (e instanceof Expr.Literal literal) {
      return literal.kind() != Expr.LiteralKind.NULL && literal.kind() != Expr.LiteralKind.DEFAULT;
    }
    ColumnId column = column(e);
    return column != null && scope.isNeverNull(column);
  }

  private static boolean isAnyEqual(Expr.Quantified quantified) {
    return !quantified.all() && quantified.operator().equals("=");
  }

  private Map<ColumnId, Domain> all(List<Expr> operands) {
    Map<ColumnId, Domain> together = new LinkedHashMap<>();
    for (Expr operand : operands) {
      domains(operand)
          .forEach((c, d) -> together.merge(c, d, (x, y) -> new Domain.Both(List.of(x, y))));
    }
    return together;
  }

  private Map<ColumnId, Domain> any(List<Expr> operands) {
    Map<ColumnId, List<Domain>> branches = new LinkedHashMap<>();
    for (Expr operand : operands) {
      domains(operand)
          .forEach((c, d) -> branches.computeIfAbsent(c, x -> new ArrayList<>()).add(d));
    }
    Map<ColumnId, Domain> together = new LinkedHashMap<>();
    branches.forEach(
        (column, domains) -> {
          if (domains.size() == operands.size()) {
            together.put(column, new Domain.Either(domains));
          }
        });
    return together;
  }

  private void comparison(Expr.Operation operation, Map<ColumnId, Domain> found) {
    Expr left = operation.left();
    Expr right = operation.right();
    if (left == null || right == null) {
      return;
    }
    switch (operation.operator()) {
      case "=" -> {
        if (left instanceof Expr.Row a && right instanceof Expr.Row b) {
          for (int i = 0; i < Math.min(a.items().size(), b.items().size()); i++) {
            terms(a.items().get(i), List.of(b.items().get(i)), found);
            terms(b.items().get(i), List.of(a.items().get(i)), found);
          }
        } else {
          terms(left, List.of(right), found);
          terms(right, List.of(left), found);
        }
      }
      case "<", "<=" -> {
        range(left, null, right, found);
        range(right, left, null, found);
      }
      case ">", ">=" -> {
        range(left, right, null, found);
        range(right, null, left, found);
      }
      default -> {}
    }
  }

  private void list(Expr.In in, Map<ColumnId, Domain> found) {
    if (!(in.value() instanceof Expr.Row row)) {
      terms(in.value(), in.items(), found);
      return;
    }
    for (int i = 0; i < row.items().size(); i++) {
      List<Expr> items = new ArrayList<>();
      for (Expr item : in.items()) {
        if (item instanceof Expr.Row values && values.items().size() == row.items().size()) {
          items.add(values.items().get(i));
        }
      }
      if (items.size() == in.items().size()) {
        terms(row.items().get(i), items, found);
      }
    }
  }

  private void terms(Expr value, List<Expr> terms, Map<ColumnId, Domain> found) {
    ColumnId column = column(value);
    if (column != null && terms.stream().allMatch(Constants::isConstant)) {
      Domain domain = new Domain.Terms(terms);
      found.merge(column, domain, (x, y) -> new Domain.Both(List.of(x, y)));
    }
  }

  private void range(
      Expr value, @Nullable Expr low, @Nullable Expr high, Map<ColumnId, Domain> found) {
    ColumnId column = column(value);
    boolean constant =
        (low == null || Constants.isConstant(low)) && (high == null || Constants.isConstant(high));
    if (column != null && constant) {
      Domain domain = new Domain.Range(low, high);
      found.merge(column, domain, (x, y) -> new Domain.Both(List.of(x, y)));
    }
  }

  private @Nullable ColumnId column(@Nullable Expr e) {
    return e instanceof Expr.Column column && !column.star() ? scope.resolve(column.name()) : null;
  }
}
