package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Prints expressions with every parenthesis, so that tests can state what binds to what. */
public final class Shapes {

  private Shapes() {}

  /** The shape of an expression given as text. */
  public static String of(String expression) {
    return of(expression(expression));
  }

  public static Expr expression(String expression) {
    return select("select " + expression).items().get(0).value();
  }

  static Query query(String sql) {
    return ((SelectStatement) SqlParser.parse(sql).statement()).query();
  }

  public static Query.Select select(String sql) {
    return (Query.Select) query(sql).body();
  }

  public static String of(Expr e) {
    if (e instanceof Expr.Literal l) {
      return l.kind() == Expr.LiteralKind.STRING ? "'" + l.value() + "'" : l.value();
    } else if (e instanceof Expr.Parameter p) {
      return "$" + p.index();
    } else if (e instanceof Expr.Column c) {
      return String.join(".", c.name().parts()) + (c.star() && !c.name().is("*") ? ".*" : "");
    } else if (e instanceof Expr.Logical l) {
      return join(l.operands(), l.isAnd() ? " and " : " or ");
    } else if (e instanceof Expr.Not n) {
      return "(not " + of(n.operand()) + ")";
    } else if (e instanceof Expr.Operation o) {
      List<String> parts = new ArrayList<>();
      if (o.left() != null) {
        parts.add(of(o.left()));
      }
      parts.add(o.operator());
      if (o.right() != null) {
        parts.add(of(o.right()));
      }
      if (o.escape() != null) {
        parts.add("escape " + of(o.escape()));
      }
      return "(" + String.join(" ", parts) + ")";
    } else if (e instanceof Expr.Chain c) {
      return "chain of " + c.operands().size();
    } else if (e instanceof Expr.In i) {
      return "(" + of(i.value()) + not(i.negated()) + " in " + join(i.items(), ", ") + ")";
    } else if (e instanceof Expr.InQuery i) {
      return "(" + of(i.value()) + not(i.negated()) + " in query)";
    } else if (e instanceof Expr.Between b) {
      String symmetric = b.symmetric() ? " symmetric " : " ";
      return "("
          + of(b.value())
          + not(b.negated())
          + " between"
          + symmetric
          + of(b.low())
          + " and "
          + of(b.high())
          + ")";
    } else if (e instanceof Expr.Quantified q) {
      String quantifier = q.all() ? " all " : " any ";
      return "(" + of(q.value()) + " " + q.operator() + quantifier + of(q.operand()) + ")";
    } else if (e instanceof Expr.Is i) {
      String other = i.other() == null ? "" : " " + of(i.other());
      return "(" + of(i.value()) + " is" + not(i.negated()) + " " + i.test() + other + ")";
    } else if (e instanceof Expr.Cast c) {
      return of(c.value()) + "::" + type(c.type());
    }
    return other(e);
  }

  private static String other(Expr e) {
    if (e instanceof Expr.Collate c) {
      return "(" + of(c.value()) + " collate " + String.join(".", c.collation().parts()) + ")";
    } else if (e instanceof Expr.Call c) {
      String name = String.join(".", c.name().parts());
      String arguments = c.star() ? "(*)" : join(c.arguments(), ", ");
      return (c.special() ? "~" : "") + name + arguments;
    } else if (e instanceof Expr.Case c) {
      String subject = c.subject() == null ? "" : of(c.subject()) + " ";
      return "case " + subject + join(c.whens(), ", ") + join(c.thens(), ", ");
    } else if (e instanceof Expr.ArrayOf a) {
      return "array" + join(a.items(), ", ");
    } else if (e instanceof Expr.ArrayQuery) {
      return "array query";
    } else if (e instanceof Expr.Row r) {
      return "row" + join(r.items(), ", ");
    } else if (e instanceof Expr.Exists) {
      return "exists";
    } else if (e instanceof Expr.Subquery) {
      return "query";
    } else if (e instanceof Expr.Subscript s) {
      String low = s.low() == null ? "" : of(s.low());
      String high = s.high() == null ? "" : of(s.high());
      return of(s.value()) + "[" + low + (s.slice() ? ":" : "") + high + "]";
    } else if (e instanceof Expr.Field f) {
      return of(f.value()) + "." + f.field();
    }
    throw new AssertionError(e);
  }

  private static String not(boolean negated) {
    return negated ? " not" : "";
  }

  private static String join(List<Expr> items, String separator) {
    return items.stream().map(Shapes::of).collect(Collectors.joining(separator, "(", ")"));
  }

  static String type(TypeName type) {
    String modifiers =
        type.modifiers().isEmpty() ? "" : "(" + String.join(",", type.modifiers()) + ")";
    return String.join(".", type.name().parts()) + modifiers + "[]".repeat(type.dimensions());
  }
}
