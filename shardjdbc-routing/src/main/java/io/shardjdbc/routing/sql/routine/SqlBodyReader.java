package io.shardjdbc.routing.sql.routine;

import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.parse.SqlParser;
import io.shardjdbc.routing.sql.parse.TokenStream;
import java.util.ArrayList;
import java.util.List;

/** Reads bodies that are made of SQL statements. */
final class SqlBodyReader {

  private final String source;
  private final TokenStream in;

  SqlBodyReader(String source) {
    this.source = source;
    this.in = new TokenStream(source, Lexer.read(source, QuestionMarks.OPERATORS));
  }

  RoutineBody read() {
    List<ParsedSql> statements = new ArrayList<>();
    if (in.accept("begin", "atomic")) {
      while (!in.atEnd() && !in.at("end")) {
        next(statements);
      }
    } else {
      while (!in.atEnd()) {
        next(statements);
      }
    }
    return new RoutineBody(statements, null);
  }

  private void next(List<ParsedSql> into) {
    if (in.accept(";")) {
      return;
    }
    boolean result = in.accept("return");
    int start = in.start();
    in.skipStatement();
    String text = source.substring(start, in.lastEnd());
    into.add(SqlParser.parse(result ? "SELECT " + text : text, QuestionMarks.OPERATORS));
  }

  /** {@code CREATE RULE .. DO [ALSO|INSTEAD] [NOTHING | statement | (statement; ..)]}. */
  RoutineBody ruleActions() {
    List<ParsedSql> statements = new ArrayList<>(between("where", "do"));
    in.advance();
    if (!in.accept("also")) {
      in.accept("instead");
    }
    if (in.accept("nothing")) {
      return new RoutineBody(statements, null);
    }
    boolean several = in.accept("(");
    while (!in.atEnd() && !(several && in.at(")"))) {
      if (in.accept(";")) {
        continue;
      }
      int start = in.start();
      while (!in.atEnd() && !in.at(";") && !(several && in.at(")"))) {
        in.skipToken();
      }
      statements.add(
          SqlParser.parse(source.substring(start, in.lastEnd()), QuestionMarks.OPERATORS));
    }
    return new RoutineBody(statements, null);
  }

  /** {@code CREATE TRIGGER .. WHEN (condition) EXECUTE FUNCTION ..}. */
  RoutineBody condition() {
    return new RoutineBody(between("when", "execute"), null);
  }

  /** The expression behind one word and before another, if there is one; goes on to the latter. */
  private List<ParsedSql> between(String word, String end) {
    while (!in.atEnd() && !in.at(word) && !in.at(end)) {
      in.skipToken();
    }
    if (!in.accept(word)) {
      return List.of();
    }
    int start = in.start();
    while (!in.atEnd() && !in.at(end)) {
      in.skipToken();
    }
    String text = "SELECT " + source.substring(start, in.lastEnd());
    return List.of(SqlParser.parse(text, QuestionMarks.OPERATORS));
  }

  /** {@code DO [LANGUAGE name] 'text' [LANGUAGE name]}. */
  static RoutineBody ofDo(String sql) {
    TokenStream in = new TokenStream(sql, Lexer.read(sql, QuestionMarks.OPERATORS));
    in.expect("do");
    String language = "plpgsql";
    String text = "";
    while (!in.atEnd() && !in.at(";")) {
      if (in.accept("language")) {
        language = in.take();
      } else if (in.kind() == TokenKind.STRING) {
        text = in.take();
      } else {
        throw in.unexpected("a text");
      }
    }
    return language.equals("plpgsql")
        ? new PlpgsqlReader(text).read()
        : RoutineBody.opaque("is written in " + language);
  }
}
