package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.lex.Keywords;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads expressions by operator precedence: {@code a_expr} and {@code b_expr} of PostgreSQL.
 *
 * <p>The levels are those of the precedence table in {@code src/backend/parser/gram.y}. Each loop
 * holds the expression to the left and takes operators that bind at least as tightly as it was
 * asked for; comparisons, LIKE and its kin, and IS DISTINCT FROM do not chain.
 */
final class ExprParser {

  private static final int NONE = 0;
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int NOT = 3;
  static final int IS = 4;
  private static final int COMPARISON = 5;
  static final int PATTERN = 6;
  private static final int OPERATOR = 8;
  private static final int ADDITIVE = 9;
  private static final int MULTIPLICATIVE = 10;
  private static final int POWER = 11;
  static final int AT = 12;
  private static final int COLLATE = 13;
  private static final int SIGN = 14;
  private static final int TYPECAST = 15;

  /** From so many operators on a chain is held flat. */
  private static final int LONG_CHAIN = 64;

  private final Grammar grammar;
  private final TokenStream in;

  ExprParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** {@code a_expr}. */
  Expr expression() {
    return operand(OR, false);
  }

  /** {@code b_expr}: no logic, patterns, IN or BETWEEN outside parentheses. */
  Expr restricted() {
    return operand(OR, true);
  }

  /** A number with a sign, or an operand: what FETCH FIRST takes. */
  Expr signed() {
    int start = in.start();
    if (!in.at("+") && !in.at("-")) {
      return grammar.primaries.primary();
    }
    return prefix(in.take(), SIGN + 1, start, false);
  }

  /** {@code a, b, ...}. */
  List<Expr> list() {
    List<Expr> items = new ArrayList<>();
    do {
      items.add(expression());
    } while (in.accept(","));
    return items;
  }

  /** An operand with the operators behind it that bind at least as tightly as {@code weakest}. */
  Expr operand(int weakest, boolean restricted) {
    in.nesting.enter(NestingDepth.OPERAND, in.start());
    int start = in.start();
    Expr expr = rest(prefixed(restricted), start, weakest, restricted);
    in.nesting.leave(NestingDepth.OPERAND);
    return expr;
  }

  /** Goes on behind an operand that was read already. */
  Expr rest(Expr operand, int start) {
    return rest(operand, start, OR, false);
  }

  private Expr prefixed(boolean restricted) {
    int start = in.start();
    TokenKind kind = in.kind();
    if (kind == TokenKind.OPERATOR || in.at("operator", "(")) {
      return prefix(operator(), OPERATOR + 1, start, restricted);
    }
    if (kind.isFixed()) {
      switch (in.text()) {
        case "+", "-" -> {
          return prefix(in.take(), SIGN + 1, start, restricted);
        }
        case "not" -> {
          if (!restricted) {
            in.advance();
            Expr negated = operand(NOT + 1, false);
            return new Expr.Not(negated, in.spanFrom(start));
          }
        }
        case "default" -> {
          in.advance();
          return new Expr.Literal(Expr.LiteralKind.DEFAULT, "default", in.spanFrom(start));
        }
        default -> {}
      }
    }
    return grammar.primaries.primary();
  }

  private Expr prefix(String operator, int weakest, int start, boolean restricted) {
    Expr right = operand(weakest, restricted);
    return new Expr.Operation(operator, null, right, null, in.spanFrom(start));
  }

  private Expr rest(Expr operand, int start, int weakest, boolean restricted) {
    Expr left = operand;
    int unchainable = NONE;
    int run = 0;
    int runLevel = NONE;
    int length = 0;
    while (true) {
      int level = level(restricted);
      if (level == NONE || level < weakest || (weakest == OR && isLabel())) {
        in.nesting.ran(length);
        return left;
      }
      if (level == unchainable) {
        throw in.unexpected("parentheses around operators that do not chain");
      }
      run = level == runLevel ? run + 1 : 1;
      runLevel = level;
      length++;
      if (run > LONG_CHAIN && level >= OPERATOR && level <= POWER) {
        left = chain(left, start, level, restricted);
        runLevel = NONE;
        continue;
      }
      unchainable = NONE;
      switch (level) {
        case OR, AND -> left = logical(left, start, level);
        case COLLATE -> {
          in.advance();
          left = new Expr.Collate(left, in.qualifiedName(), in.spanFrom(start));
        }
        case TYPECAST -> {
          in.advance();
          left = new Expr.Cast(left, grammar.types.type(), in.spanFrom(start));
        }
        case AT -> left = grammar.predicates.atTimeZone(left, start);
        case IS -> {
          left = grammar.predicates.is(left, start, restricted);
          unchainable = left instanceof Expr.Is is && is.other() != null ? IS : NONE;
        }
        case PATTERN -> {
          boolean closed = isIn();
          left = grammar.predicates.pattern(left, start);
          unchainable = closed || left instanceof Expr.Quantified ? NONE : PATTERN;
        }
        default -> {
          left = binary(left, start, level, restricted);
          if (left instanceof Expr.Quantified) {
            runLevel = NONE;
          } else if (level == COMPARISON) {
            unchainable = COMPARISON;
          }
        }
      }
    }
  }

  /** How tightly the operator at the cursor binds; NONE where none stands. */
  private int level(boolean restricted) {
    TokenKind kind = in.kind();
    if (kind == TokenKind.SYMBOL) {
      return switch (in.text()) {
        case "=", "<", ">", "<=", ">=", "<>" -> COMPARISON;
        case "::" -> TYPECAST;
        case "+", "-" -> ADDITIVE;
        case "*", "/", "%" -> MULTIPLICATIVE;
        case "^" -> POWER;
        default -> NONE;
      };
    }
    if (kind == TokenKind.OPERATOR) {
      return OPERATOR;
    }
    if (!kind.isKeyword()) {
      return NONE;
    }
    return wordLevel(restricted);
  }

  private int wordLevel(boolean restricted) {
    switch (in.text()) {
      case "operator" -> {
        return in.isNext(1, "(") ? OPERATOR : NONE;
      }
      case "is" -> {
        return IS;
      }
      default -> {}
    }
    if (restricted) {
      return NONE;
    }
    return switch (in.text()) {
      case "and" -> AND;
      case "or" -> OR;
      case "isnull", "notnull" -> IS;
      case "in", "like", "ilike", "between" -> PATTERN;
      case "similar" -> in.isNext(1, "to") ? PATTERN : NONE;
      case "not" ->
          switch (in.fixed(1)) {
            case "between", "in", "like", "ilike", "similar" -> PATTERN;
            default -> NONE;
          };
      case "at" -> in.isNext(1, "time") || in.isNext(1, "local") ? AT : NONE;
      case "collate" -> COLLATE;
      default -> NONE;
    };
  }

  /** Whether the word at the cursor labels a select item, as in {@code SELECT a and FROM t}. */
  private boolean isLabel() {
    if (!in.kind().isKeyword()) {
      return false;
    }
    boolean last =
        in.isStatementEnd(1) || in.isNext(1, ",") || SelectParser.followsList(in.fixed(1));
    return last && Keywords.isBareLabel(in.text());
  }

  private boolean isIn() {
    return in.at("in") || in.at("not", "in");
  }

  private Expr logical(Expr left, int start, int level) {
    String word = level == AND ? "and" : "or";
    List<Expr> operands = new ArrayList<>();
    flatten(left, level == AND, operands);
    do {
      in.advance();
      flatten(operand(level + 1, false), level == AND, operands);
    } while (in.at(word) && !isLabel());
    return new Expr.Logical(level == AND, operands, in.spanFrom(start));
  }

  private static void flatten(Expr operand, boolean isAnd, List<Expr> into) {
    if (operand instanceof Expr.Logical logical && logical.isAnd() == isAnd) {
      into.addAll(logical.operands());
    } else {
      into.add(operand);
    }
  }

  private Expr binary(Expr left, int start, int level, boolean restricted) {
    String operator = operator();
    if (atQuantifier()) {
      return quantified(left, operator, start);
    }
    Expr right = operand(level + 1, restricted);
    return new Expr.Operation(operator, left, right, null, in.spanFrom(start));
  }

  /** The operator at the cursor, which is then behind. */
  String operator() {
    int start = in.start();
    if (in.kind() == TokenKind.OPERATOR || isMathOperator(in.fixed(0))) {
      return in.take();
    }
    in.expect("operator");
    in.expect("(");
    while (in.atName() && in.isNext(1, ".")) {
      in.skip(2);
    }
    if (in.kind() != TokenKind.OPERATOR && !isMathOperator(in.fixed(0))) {
      throw in.unexpected("an operator");
    }
    in.advance();
    in.expect(")");
    return in.spanFrom(start).of(in.sql);
  }

  static boolean isMathOperator(String sign) {
    return switch (sign) {
      case "+", "-", "*", "/", "%", "^", "<", ">", "=", "<=", ">=", "<>" -> true;
      default -> false;
    };
  }

  boolean atQuantifier() {
    return in.atAny("any", "some", "all") && in.isNext(1, "(");
  }

  /** What stands behind {@code value operator}: ANY, SOME or ALL and their operand. */
  Expr quantified(Expr left, String operator, int start) {
    boolean all = in.take().equals("all");
    in.nesting.enter(NestingDepth.CLAUSE, start);
    Expr operand = grammar.groups.quantifiedOperand();
    in.nesting.leave(NestingDepth.CLAUSE);
    return new Expr.Quantified(left, operator, all, operand, in.spanFrom(start));
  }

  /** Goes on with a chain that has grown long, flat. */
  private Expr chain(Expr left, int start, int level, boolean restricted) {
    List<Expr> operands = new ArrayList<>();
    List<String> operators = new ArrayList<>();
    Expr first = left;
    for (int i = 0; i < LONG_CHAIN; i++) {
      if (!(first instanceof Expr.Operation operation)
          || operation.left() == null
          || operation.right() == null) {
        throw new IllegalStateException("not a chain");
      }
      operands.add(operation.right());
      operators.add(operation.operator());
      first = operation.left();
    }
    operands.add(first);
    Collections.reverse(operands);
    Collections.reverse(operators);
    while (level(restricted) == level) {
      String operator = operator();
      if (atQuantifier()) {
        Expr chain = new Expr.Chain(operands, operators, in.spanFrom(start));
        return quantified(chain, operator, start);
      }
      operators.add(operator);
      operands.add(operand(level + 1, restricted));
    }
    return new Expr.Chain(operands, operators, in.spanFrom(start));
  }
}
