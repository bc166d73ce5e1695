package io.shardjdbc.routing.sql.text;

import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names of settings that a text of SQL or PL/pgSQL may set or ask for.
 *
 * <p>A name stands behind SET, RESET or SHOW, or it is a string: that of {@code
 * current_setting('app.tenant')}, of {@code set_config}, or within a text that a function runs. A
 * string that looks like a name is taken for one: whoever asks a server for a setting that is not
 * there is told so. A name that is put together while a function runs is not found. Stateless.
 */
public final class SettingNames {

  /** How deep strings in strings are read. */
  private static final int DEPTH = 8;

  private static final Set<String> BEFORE = Set.of("set", "reset", "show");
  private static final Set<String> BETWEEN = Set.of("local", "session");

  private final Set<String> names = new LinkedHashSet<>();

  private SettingNames() {}

  /** The names in the order of the text, in lower case. */
  public static Set<String> in(String text) {
    SettingNames all = new SettingNames();
    all.string(text, DEPTH);
    return all.names;
  }

  private void string(String content, int depth) {
    if (depth > 0) {
      try {
        read(Lexer.read(content, QuestionMarks.OPERATORS), depth);
        return;
      } catch (SqlSyntaxException none) {
        // as below
      }
    }
    for (String word : content.split("[^\\p{L}\\p{N}_$.]+", -1)) {
      if (isName(word)) {
        add(word);
      }
    }
  }

  private void read(Tokens tokens, int depth) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.kind(i) == TokenKind.STRING) {
        String content = tokens.text(i);
        if (isName(content)) {
          add(content);
        } else {
          string(content, depth - 1);
        }
      } else if (isWord(tokens, i) && BEFORE.contains(lower(tokens, i))) {
        behind(tokens, i + 1);
      }
    }
  }

  /** The name that begins at a token, if one does. */
  private void behind(Tokens tokens, int start) {
    int at = start;
    if (isWord(tokens, at) && BETWEEN.contains(lower(tokens, at))) {
      at++;
    }
    if (!isWord(tokens, at)) {
      return;
    }
    if (lower(tokens, at).equals("time")) {
      add("timezone");
      return;
    }
    StringBuilder name = new StringBuilder(tokens.text(at));
    while (at + 2 < tokens.size() && tokens.text(at + 1).equals(".") && isWord(tokens, at + 2)) {
      at += 2;
      name.append('.').append(tokens.text(at));
    }
    add(name.toString());
  }

  private static boolean isWord(Tokens tokens, int at) {
    return at < tokens.size()
        && (tokens.kind(at) == TokenKind.IDENTIFIER || tokens.kind(at).isKeyword());
  }

  private static String lower(Tokens tokens, int at) {
    return tokens.text(at).toLowerCase(Locale.ROOT);
  }

  private static boolean isName(String content) {
    return content.matches("[\\p{L}_][\\p{L}\\p{N}_$]*(?:\\.[\\p{L}_][\\p{L}\\p{N}_$]*)*");
  }

  private void add(String name) {
    names.add(name.toLowerCase(Locale.ROOT));
  }
}
