package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The bounds of nesting: of the parser's stack while it reads, and of the tree that it makes.
 *
 * <p>A recursive parser can be made to overflow its thread's stack, so each rule that can contain
 * itself is weighed by the stack that it takes, in units of 150 to 250 bytes, interpreted or
 * compiled. 1,000 units fit twice into the 512 kB of a small thread: 60 queries within each other,
 * 120 calls, 500 pairs of parentheses.
 *
 * <p>Those who walk the tree recurse too. Loops that take what they made as their next left operand
 * ({@code a::int::int...}, joins) make it deep without nesting in the text; hence the second bound,
 * measured without recursion, and only where nesting and such loops together could pass it.
 */
final class NestingDepth {

  /** Stack of an operand with the rules around it. */
  static final int OPERAND = 4;

  /** Stack of a pair of parentheses directly within another. */
  static final int PARENTHESES = 2;

  /** Stack of a call, a list, a CASE, a join. */
  static final int CLAUSE = 4;

  /** Stack of a query or another statement. */
  static final int QUERY = 8;

  private static final int MAX_STACK = 1000;

  /** The deepest tree that is made. */
  static final int MAX_HEIGHT = 500;

  private int stack;
  private int peak;
  private int longestRun;

  /** Enters a rule at a position of the text; {@link #leave} goes with it. */
  void enter(int weight, int position) {
    stack += weight;
    if (stack > peak) {
      peak = stack;
      if (stack > MAX_STACK) {
        throw tooDeep(position);
      }
    }
  }

  void leave(int weight) {
    stack -= weight;
  }

  /** Notes a run of operators that each took what the one before made as their left operand. */
  void ran(int operators) {
    longestRun = Math.max(longestRun, operators);
  }

  private record Step(Node node, int height) {}

  /** Refuses a tree that is too deep. */
  void check(Node root) {
    if ((long) (peak + 1) * (longestRun + 1) <= MAX_HEIGHT) {
      return;
    }
    Deque<Step> steps = new ArrayDeque<>();
    steps.push(new Step(root, 1));
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      if (step.height > MAX_HEIGHT) {
        throw tooDeep(step.node.span().start());
      }
      for (Node child : step.node.children()) {
        steps.push(new Step(child, step.height + 1));
      }
    }
  }

  private static SqlSyntaxException tooDeep(int position) {
    return new SqlSyntaxException(
        SqlSyntaxException.Reason.TOO_DEEP, "nested too deeply", position);
  }
}
