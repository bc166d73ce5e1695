package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.Characters;
import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses one statement of PostgreSQL.
 *
 * <p>Stateless: all methods may be called from any thread. Time and memory are linear in the text's
 * length; length and depth are bounded.
 */
public final class SqlParser {

  /** The longest text that is read, in characters. */
  static final int MAX_LENGTH = 16 * 1024 * 1024;

  private SqlParser() {}

  /**
   * The routing hint of a text, whether or not the text can be parsed; null where there is none.
   */
  public static @Nullable String hint(String sql) {
    try {
      return Lexer.read(sql, QuestionMarks.PARAMETERS).hint;
    } catch (SqlSyntaxException unreadable) {
      return null;
    }
  }

  /**
   * The word that a text begins with, in lower case: the verb of a statement. Empty where it begins
   * with something else. It costs no more than to read so far.
   */
  public static String verb(String sql) {
    int start;
    try {
      start = Lexer.start(sql);
    } catch (SqlSyntaxException unreadable) {
      return "";
    }
    int end = start;
    while (end < sql.length() && Characters.continuesName(sql.charAt(end))) {
      end++;
    }
    return Characters.fold(sql, start, end);
  }

  /**
   * Parses the text of a prepared statement, where {@code ?} is a parameter.
   *
   * @throws SqlSyntaxException where the text is not one statement that is understood
   */
  public static ParsedSql parse(String sql) {
    return parse(sql, QuestionMarks.PARAMETERS);
  }

  /**
   * Parses a text, saying what {@code ?} means in it.
   *
   * @throws SqlSyntaxException where the text is not one statement that is understood
   */
  public static ParsedSql parse(String sql, QuestionMarks questionMarks) {
    if (sql.length() > MAX_LENGTH) {
      throw new SqlSyntaxException(
          SqlSyntaxException.Reason.TOO_LARGE,
          "a text of more than " + MAX_LENGTH + " characters",
          MAX_LENGTH);
    }
    Tokens tokens = Lexer.read(sql, questionMarks);
    TokenStream in = new TokenStream(sql, tokens);
    Grammar grammar = new Grammar(in);
    boolean emptyBefore = in.at(";");
    while (in.accept(";")) {
      // Empty statements are none.
    }
    if (emptyBefore && !in.atEnd()) {
      // The driver counts them: the first result would be theirs.
      throw new SqlSyntaxException(
          SqlSyntaxException.Reason.SEVERAL_STATEMENTS, "a second statement", in.start());
    }
    Statement statement = grammar.statements.statement();
    boolean ended = in.at(";");
    while (in.accept(";")) {
      // Nor are those behind.
    }
    if (!in.atEnd()) {
      throw ended
          ? new SqlSyntaxException(
              SqlSyntaxException.Reason.SEVERAL_STATEMENTS, "a second statement", in.start())
          : in.unexpected("the end");
    }
    in.nesting.check(statement);
    List<Expr.Parameter> parameters = parameters(sql, statement, tokens);
    boolean marksBind = questionMarks == QuestionMarks.PARAMETERS;
    return new ParsedSql(sql, statement, parameters, tokens.hint, marksBind);
  }

  /**
   * Parses an expression that stands alone: a policy, a default, the condition at the end of COPY.
   *
   * @throws SqlSyntaxException where the text is not one expression that is understood
   */
  public static Expr expression(String text) {
    TokenStream in = new TokenStream(text, Lexer.read(text, QuestionMarks.OPERATORS));
    Expr expression = new Grammar(in).expressions.expression();
    while (in.accept(";")) {
      // The end of the statement.
    }
    if (!in.atEnd()) {
      throw in.unexpected("the end");
    }
    in.nesting.check(expression);
    return expression;
  }

  /**
   * Cuts a text of several statements at the semicolons between them. A hint of the text, of which
   * there can be one, is put before each statement that it does not stand in.
   *
   * @throws SqlSyntaxException where the text cannot be cut into tokens
   */
  public static List<String> statements(String sql, QuestionMarks questionMarks) {
    Tokens tokens = Lexer.read(sql, questionMarks);
    TokenStream in = new TokenStream(sql, tokens);
    List<String> statements = new ArrayList<>();
    int from = 0;
    while (!in.atEnd()) {
      boolean empty = in.at(";");
      in.skipStatement();
      String statement = sql.substring(from, in.lastEnd());
      if (!empty) {
        boolean hinted = tokens.hint == null || hint(statement) != null;
        statements.add(hinted ? statement : "/* shardjdbc: " + tokens.hint + " */ " + statement);
      }
      in.accept(";");
      from = in.lastEnd();
    }
    return statements;
  }

  /** The markers that the caller binds: {@code $n} inside PREPARE and CREATE FUNCTION is theirs. */
  private static List<Expr.Parameter> parameters(String sql, Statement statement, Tokens tokens) {
    boolean own =
        statement instanceof Utility utility
            && (utility.verb().equals("prepare") || utility.verb().equals("create"));
    return own
        ? tokens.parameters.stream().filter(p -> sql.charAt(p.span().start()) == '?').toList()
        : tokens.parameters;
  }
}
