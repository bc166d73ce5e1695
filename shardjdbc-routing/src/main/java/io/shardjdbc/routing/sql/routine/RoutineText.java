package io.shardjdbc.routing.sql.routine;

import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.parse.TokenStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of a statement about functions and procedures: which ones it names, and what a server
 * looks at when one is defined.
 *
 * @param names those that it creates, changes or drops
 * @param returned the type whose rows a new one returns; null where it names none
 * @param body what a new one in SQL runs. A server does not look at that of other languages before
 *     it is called, so that it has no statements.
 */
public record RoutineText(List<Name> names, @Nullable Name returned, RoutineBody body) {

  private static final Set<String> KINDS = Set.of("function", "procedure", "routine");

  public RoutineText {
    names = List.copyOf(names);
  }

  /** Whether a kind of object is one of functions. */
  public static boolean isAbout(String object) {
    return KINDS.contains(object);
  }

  /** Reads a text; one that is not understood names what was read of it. */
  public static RoutineText of(String sql) {
    return new Reader(sql).read();
  }

  private static final class Reader {

    private final String sql;
    private final TokenStream in;
    private final List<Name> names = new ArrayList<>();
    private String language = "sql"; // of a body that is no string
    private @Nullable Name returned;
    private @Nullable String source;

    Reader(String sql) {
      this.sql = sql;
      this.in = new TokenStream(sql, Lexer.read(sql, QuestionMarks.OPERATORS));
    }

    RoutineText read() {
      while (!in.atEnd() && KINDS.stream().noneMatch(in::at)) {
        in.skipToken();
      }
      in.advance();
      in.accept("if", "exists");
      do {
        Name name = in.anyName();
        if (name != null) {
          names.add(name);
        }
        if (in.at("(")) {
          in.skipToken();
        }
      } while (in.accept(","));
      while (!in.atEnd() && !in.at(";")) {
        clause();
      }
      String text = source;
      RoutineBody body =
          text != null && language.equals("sql")
              ? RoutineBody.ofSql(text)
              : new RoutineBody(List.of(), null);
      return new RoutineText(names, returned, body);
    }

    private void clause() {
      if (in.accept("returns")) {
        in.accept("setof");
        returned = in.at("table") ? null : in.anyName();
      } else if (in.accept("language")) {
        language = in.take();
      } else if (in.at("begin") || in.at("return")) {
        int start = in.start();
        in.skipStatement();
        source = sql.substring(start, in.lastEnd());
      } else if (in.accept("as") && in.kind() == TokenKind.STRING) {
        source = in.take();
      } else if (!in.atEnd()) {
        in.skipToken();
      }
    }
  }
}
