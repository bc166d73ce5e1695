package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the tokens of a text.
 *
 * <p>Words and signs are compared by their text: {@code at("select")} is never true of an
 * identifier, a quoted name or a literal that happens to say so.
 */
public final class TokenStream {

  final String sql;
  final NestingDepth nesting = new NestingDepth();
  private final Tokens tokens;
  private int index;

  public TokenStream(String sql, Tokens tokens) {
    this.sql = sql;
    this.tokens = tokens;
  }

  // ---- looking

  public TokenKind kind() {
    return tokens.kind(index);
  }

  TokenKind kind(int ahead) {
    return tokens.kind(Math.min(index + ahead, tokens.size() - 1));
  }

  String text() {
    return tokens.text(index);
  }

  String text(int ahead) {
    return tokens.text(Math.min(index + ahead, tokens.size() - 1));
  }

  /** The text of a keyword or sign {@code ahead} of the current token; empty for other tokens. */
  String fixed(int ahead) {
    int at = Math.min(index + ahead, tokens.size() - 1);
    return tokens.kind(at).isFixed() ? tokens.text(at) : "";
  }

  public boolean at(String fixed) {
    return tokens.text(index).equals(fixed) && tokens.kind(index).isFixed();
  }

  public boolean at(String first, String second) {
    return at(first) && isNext(1, second);
  }

  boolean isNext(int ahead, String fixed) {
    int at = index + ahead;
    return at < tokens.size() && tokens.text(at).equals(fixed) && tokens.kind(at).isFixed();
  }

  boolean atAny(String... words) {
    for (String word : words) {
      if (at(word)) {
        return true;
      }
    }
    return false;
  }

  public boolean atEnd() {
    return tokens.kind(index) == TokenKind.END;
  }

  /** Whether an ordinary name stands here: ColId of PostgreSQL's grammar. */
  boolean atName() {
    return isName(0);
  }

  boolean isName(int ahead) {
    TokenKind kind = kind(ahead);
    return kind == TokenKind.IDENTIFIER
        || kind == TokenKind.UNRESERVED
        || kind == TokenKind.COLUMN_NAME;
  }

  /** Whether the name of a function or type stands here: type_function_name. */
  boolean atFunctionName() {
    TokenKind kind = kind();
    return kind == TokenKind.IDENTIFIER
        || kind == TokenKind.UNRESERVED
        || kind == TokenKind.TYPE_FUNCTION;
  }

  /** Whether any word stands here: ColLabel. */
  boolean atLabel() {
    TokenKind kind = kind();
    return kind == TokenKind.IDENTIFIER || kind.isKeyword();
  }

  boolean atTemporary(int ahead) {
    return isNext(ahead, "temporary") || isNext(ahead, "temp");
  }

  // ---- moving

  int index() {
    return index;
  }

  public void advance() {
    if (index < tokens.size() - 1) {
      index++;
    }
  }

  void skip(int count) {
    for (int i = 0; i < count; i++) {
      advance();
    }
  }

  public boolean accept(String fixed) {
    if (at(fixed)) {
      advance();
      return true;
    }
    return false;
  }

  public boolean accept(String first, String second) {
    if (at(first, second)) {
      skip(2);
      return true;
    }
    return false;
  }

  public void expect(String fixed) {
    if (!accept(fixed)) {
      throw unexpected("\"" + fixed + "\"");
    }
  }

  /** The text of the current token, which is then behind. */
  public String take() {
    String text = text();
    advance();
    return text;
  }

  String name() {
    if (!atName()) {
      throw unexpected("a name");
    }
    return take();
  }

  String label() {
    if (!atLabel()) {
      throw unexpected("a name");
    }
    return take();
  }

  /** {@code a.b.c}: an ordinary name with any words behind its dots. */
  Name qualifiedName() {
    int start = start();
    String first = name();
    return at(".") ? qualifiedName(first, start) : new Name(List.of(first), spanFrom(start));
  }

  private Name qualifiedName(String first, int start) {
    List<String> parts = new ArrayList<>(3);
    parts.add(first);
    while (accept(".")) {
      parts.add(label());
    }
    return new Name(parts, spanFrom(start));
  }

  /** {@code (a, b)}. */
  List<String> nameList() {
    expect("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(name());
    } while (accept(","));
    expect(")");
    return names;
  }

  // ---- skipping, in statements that are not read in full

  /** Whether the statement ends at a token; a semicolon in parentheses does not end it. */
  boolean isStatementEnd(int ahead) {
    return kind(ahead) == TokenKind.END || isNext(ahead, ";");
  }

  /** A name whose first part may be any word; null where none stands here. */
  public @Nullable Name anyName() {
    if (!atLabel()) {
      return null;
    }
    int start = start();
    List<String> parts = new ArrayList<>(2);
    parts.add(take());
    while (at(".") && (kind(1) == TokenKind.IDENTIFIER || kind(1).isKeyword())) {
      advance();
      parts.add(take());
    }
    return new Name(parts, spanFrom(start));
  }

  /** {@code [ONLY] a [*] [(columns)], b ...}, as far as it goes. */
  void relations(List<Name> into) {
    do {
      boolean only = accept("only");
      if (only && accept("(")) {
        addName(into);
        accept(")");
        continue;
      }
      addName(into);
      accept("*");
      if (at("(")) {
        skipToken();
      }
    } while (accept(","));
  }

  private void addName(List<Name> into) {
    Name name = anyName();
    if (name != null) {
      into.add(name);
    }
  }

  /** Passes over a token, or over everything in the parentheses that start here. */
  public void skipToken() {
    int open = 0;
    do {
      if (at("(")) {
        open++;
      } else if (at(")")) {
        open--;
      }
      advance();
    } while (open > 0 && !atEnd());
  }

  /**
   * Passes over the rest of a statement; semicolons in parentheses and BEGIN ATOMIC are its own.
   */
  public void skipStatement() {
    int blocks = 0;
    while (!atEnd() && (blocks > 0 || !at(";"))) {
      if (at("begin", "atomic") || (blocks > 0 && at("case"))) {
        blocks++;
      } else if (blocks > 0 && at("end")) {
        blocks--;
      }
      skipToken();
    }
  }

  // ---- spans

  public int start() {
    return tokens.start(index);
  }

  int end() {
    return tokens.end(index);
  }

  /** Where the token before the current one ends. */
  public int lastEnd() {
    return index == 0 ? 0 : tokens.end(index - 1);
  }

  Span spanFrom(int start) {
    return new Span(start, Math.max(start, lastEnd()));
  }

  public SqlSyntaxException unexpected(String expected) {
    TokenKind kind = kind();
    String found = kind.isFixed() ? "\"" + text() + "\"" : kind.description;
    return new SqlSyntaxException("found " + found + " where " + expected + " belongs", start());
  }
}
