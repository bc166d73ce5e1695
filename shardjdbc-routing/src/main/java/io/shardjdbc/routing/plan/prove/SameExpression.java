package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.List;

/**
 * Tells whether two expressions of one block are the same, as PostgreSQL asks of an expression and
 * one of GROUP BY.
 *
 * <p>A wrong "no" only makes a plan wider; a "yes" has to be certain. Columns are the same where
 * their names lead to the same column, everything else where it is written alike, blanks and
 * parentheses apart: what they group is in the tree.
 */
public final class SameExpression {

  private final String sql;
  private final Scope scope;

  public SameExpression(String sql, Scope scope) {
    this.sql = sql;
    this.scope = scope;
  }

  public boolean test(Node a, Node b) {
    if (a == b) {
      return true;
    }
    if (a.getClass() != b.getClass() || a instanceof Query) {
      return false;
    }
    if (a instanceof Expr.Column one && b instanceof Expr.Column other) {
      return column(one, other);
    }
    if (a instanceof Expr.Parameter one && b instanceof Expr.Parameter other) {
      return one.index() == other.index();
    }
    if (a instanceof Expr.Literal one && b instanceof Expr.Literal other) {
      return one.kind() == other.kind() && one.value().equals(other.value());
    }
    List<? extends Node> left = a.children();
    List<? extends Node> right = b.children();
    if (left.size() != right.size() || !words(a).equals(words(b))) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!test(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean column(Expr.Column a, Expr.Column b) {
    if (a.star() || b.star()) {
      return false;
    }
    ColumnId one = scope.resolve(a.name());
    ColumnId other = scope.resolve(b.name());
    return (one == null || other == null)
        ? a.name().parts().equals(b.name().parts())
        : one.equals(other);
  }

  /** What is written of a node between the nodes below it. */
  private String words(Node node) {
    StringBuilder words = new StringBuilder();
    int at = node.span().start();
    for (Node child : node.children()) {
      if (child.span().start() >= at) {
        append(words, at, child.span().start());
        at = child.span().end();
      }
    }
    append(words, at, node.span().end());
    return words.toString();
  }

  private void append(StringBuilder words, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = sql.charAt(i);
      if (!Character.isWhitespace(c) && c != '(' && c != ')') {
        words.append(c);
      }
    }
    words.append('\u0001');
  }
}
