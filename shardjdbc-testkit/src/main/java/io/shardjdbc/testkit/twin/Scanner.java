package io.shardjdbc.testkit.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a statement into tokens.
 *
 * <p>It is not the router's lexer, and shares no code with it: what judges a program must not make
 * the program's own mistakes. It knows just enough of PostgreSQL's rules to find clauses.
 */
final class Scanner {

  private static final Pattern TOKEN =
      Pattern.compile(
          """
          (?<space>\\s+|--[^\\n]*)\
          |(?<comment>/\\*)\
          |(?<escape>[eE]'(?:[^'\\\\]++|\\\\.|(?:'')++)*+')\
          |(?<string>(?:[uU]&|[bBxXnN])?'(?:[^']++|(?:'')++)*+')\
          |(?<name>(?:[uU]&)?"(?:[^"]|"")*")\
          |(?<dollar>\\$(?<tag>[\\p{L}_]?[\\p{L}0-9_]*)\\$.*?\\$\\k<tag>\\$)\
          |(?<word>[\\p{L}_][\\p{L}0-9_$]*)\
          |(?<number>[0-9]+(?:\\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\\.[0-9]+)\
          |(?<parameter>\\?(?!\\?))\
          |(?<symbol>\\?\\?[|&]?|::|<>|[<>!]=|=>|->>?|\\|\\||@>|<@|&&|.)\
          """,
          Pattern.DOTALL);

  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int depth;

  private Scanner(String sql) {
    this.sql = sql;
  }

  /** The tokens, without space and comments; text that is not SQL gives some tokens too. */
  static List<Token> scan(String sql) {
    Scanner scanner = new Scanner(sql);
    scanner.run();
    return List.copyOf(scanner.tokens);
  }

  private void run() {
    Matcher matcher = TOKEN.matcher(sql);
    int at = 0;
    while (at < sql.length() && matcher.find(at) && matcher.start() == at) {
      at = matcher.end();
      if (matcher.group("comment") != null) {
        at = endOfComment(at);
      } else if (matcher.group("space") == null) {
        add(matcher);
      }
    }
  }

  private void add(Matcher matcher) {
    String text = matcher.group();
    Token.Kind kind = kind(matcher);
    boolean closes = kind == Token.Kind.SYMBOL && (text.equals(")") || text.equals("]"));
    boolean opens = kind == Token.Kind.SYMBOL && (text.equals("(") || text.equals("["));
    depth -= closes && depth > 0 ? 1 : 0;
    String meaning = kind == Token.Kind.WORD ? text.toLowerCase(Locale.ROOT) : text;
    tokens.add(new Token(kind, matcher.start(), matcher.end(), depth, meaning));
    depth += opens ? 1 : 0;
  }

  private static Token.Kind kind(Matcher matcher) {
    if (matcher.group("word") != null) {
      return Token.Kind.WORD;
    } else if (matcher.group("name") != null) {
      return Token.Kind.QUOTED_NAME;
    } else if (matcher.group("number") != null) {
      return Token.Kind.NUMBER;
    } else if (matcher.group("parameter") != null) {
      return Token.Kind.PARAMETER;
    }
    return matcher.group("symbol") != null ? Token.Kind.SYMBOL : Token.Kind.STRING;
  }

  private int endOfComment(int start) {
    int open = 1;
    int at = start;
    while (at < sql.length() && open > 0) {
      if (sql.startsWith("/*", at)) {
        open++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        open--;
        at += 2;
      } else {
        at++;
      }
    }
    return at;
  }
}
