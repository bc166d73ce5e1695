package io.shardjdbc.testkit.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Damages a statement in a few places: tokens are lost, doubled, swapped or replaced.
 *
 * <p>Most changes put a name for a name, an operator for an operator, a keyword for its kin, so
 * that many statements stay valid and mean something else. Whatever comes out, a twin has to answer
 * alike on both sides, or refuse.
 */
public final class Mutation {

  private static final Pattern TOKEN =
      Pattern.compile(
          "\u0001\\d+\u0002|'(?:[^']++|(?:'')++)*+'|\"[^\"]*\"|[\\p{L}_][\\p{L}0-9_]*(?:\\.(?:[\\p{L}_][\\p{L}0-9_]*|\"[^\"]*\"))?|[0-9.]+|::|[<>!]=|<>"
              + "|\\s+|.",
          Pattern.DOTALL);
  private static final List<String> WORDS =
      List.of(
          "NOT",
          "AND",
          "OR",
          "NULL",
          "IS",
          "IN",
          "ALL",
          "ANY",
          "DISTINCT",
          "FROM",
          "WHERE",
          "GROUP",
          "BY",
          "ORDER",
          "LIMIT",
          "OFFSET",
          "ON",
          "USING",
          "LEFT",
          "FULL",
          "CROSS",
          "NATURAL",
          "JOIN",
          "UNION",
          "EXCEPT",
          "AS",
          "CASE",
          "WHEN",
          "END",
          "EXISTS",
          "SELECT",
          "HAVING",
          "LATERAL",
          "true",
          "false",
          "BETWEEN",
          "LIKE",
          "FETCH",
          "FOR",
          "WITH",
          "SET",
          "VALUES",
          "DEFAULT",
          "=",
          "<",
          "(",
          ")",
          ",",
          "::int8",
          "::text",
          ".",
          ";",
          "--",
          "/*",
          "*/",
          "'",
          "\"",
          "$1",
          "1",
          "NULL",
          "'a'",
          "::",
          "*",
          "AND 1 = 0",
          "OR true",
          "IS NOT NULL",
          "+ 0",
          "|| ''");

  /** Tokens that can stand for each other. */
  private static final List<List<String>> KIN =
      List.of(
          List.of("AND", "OR"),
          List.of("LEFT", "RIGHT", "FULL", "INNER", "NATURAL", "CROSS"),
          List.of("UNION", "INTERSECT", "EXCEPT"),
          List.of("ASC", "DESC"),
          List.of("FIRST", "LAST"),
          List.of("EXISTS", "NOT EXISTS"),
          List.of("IN", "NOT IN", "= ANY", "<> ALL"),
          List.of("ANY", "ALL", "SOME"),
          List.of("=", "<", ">", "<=", ">=", "<>"),
          List.of("+", "-", "*", "/", "%"),
          List.of("NULL", "true", "0", "''"),
          List.of("true", "false", "NULL"),
          List.of("min", "max", "count", "sum", "avg", "array_agg"),
          List.of("rank", "dense_rank", "row_number"),
          List.of("bool_and", "bool_or", "every"),
          List.of("int2", "int4", "int8", "numeric", "text", "float8"),
          List.of("ROLLUP", "CUBE"),
          List.of("DISTINCT", "ALL", " "),
          List.of("LIMIT", "OFFSET"),
          List.of("WHERE", "WHERE NOT", "WHERE false OR", "WHERE true AND"),
          List.of("ON", "ON NOT", "ON true OR", "ON true AND"),
          List.of("TIES", "ONLY"),
          List.of("NOTHING", "UPDATE SET c_int4 = 1"),
          List.of("UPDATE", "DELETE"));

  private static final Set<String> SMALL_WORDS =
      Set.of(
          "select", "from", "where", "and", "or", "not", "in", "as", "on", "group", "by", "order",
          "limit", "offset", "join", "left", "is", "null", "values", "into", "set", "when", "then");

  private final Dice dice;

  /** Mutations that the seed repeats. */
  public Mutation(long seed) {
    this(new Dice(seed));
  }

  Mutation(Dice dice) {
    this.dice = dice;
  }

  /** The statement with one to three changes. */
  public String of(String sql) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(sql);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    int changes = dice.pick(List.of(1, 1, 1, 2, 3));
    for (int i = 0; i < changes && !tokens.isEmpty(); i++) {
      if (dice.chance(85)) {
        exchange(tokens);
      } else {
        damage(tokens);
      }
    }
    return String.join("", tokens);
  }

  /** Puts in a token's place one of its kind. */
  private void exchange(List<String> tokens) {
    int at = word(tokens);
    String token = tokens.get(at);
    for (List<String> kin : KIN) {
      if (kin.contains(token)) {
        tokens.set(at, dice.pick(kin));
        return;
      }
    }
    List<String> alike = tokens.stream().filter(other -> kind(other) == kind(token)).toList();
    if (kind(token) == Kind.SYMBOL || kind(token) == Kind.KEYWORD) {
      damage(tokens);
    } else if (token.indexOf('.') > 0 && dice.chance(30)) {
      tokens.set(at, token.substring(token.indexOf('.') + 1));
    } else {
      tokens.set(at, dice.pick(alike));
    }
  }

  private enum Kind {
    NAME,
    VALUE,
    KEYWORD,
    SYMBOL
  }

  private static Kind kind(String token) {
    char first = token.charAt(0);
    if (first == '\u0001' || first == '\'' || Character.isDigit(first)) {
      return Kind.VALUE;
    } else if (first == '"' || first == '_' || Character.isLetter(first)) {
      boolean keyword =
          SMALL_WORDS.contains(token.toLowerCase(Locale.ROOT))
              || (token.equals(token.toUpperCase(Locale.ROOT)) && first != '"');
      return keyword ? Kind.KEYWORD : Kind.NAME;
    }
    return Kind.SYMBOL;
  }

  private void damage(List<String> tokens) {
    int at = word(tokens);
    int other = word(tokens);
    switch (dice.below(6)) {
      case 0, 1 -> tokens.remove(at);
      case 2 -> tokens.add(at, tokens.get(at) + " ");
      case 3 -> {
        String token = tokens.get(at);
        tokens.set(at, tokens.get(other));
        tokens.set(other, token);
      }
      case 4 -> tokens.set(at, " " + dice.pick(WORDS) + " ");
      default -> tokens.add(at, " " + dice.pick(WORDS) + " ");
    }
  }

  /** A token that is not space. */
  private int word(List<String> tokens) {
    int at = dice.below(tokens.size());
    for (int i = 0; i < tokens.size() && tokens.get(at).isBlank(); i++) {
      at = (at + 1) % tokens.size();
    }
    return at;
  }
}
