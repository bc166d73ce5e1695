package io.shardjdbc.routing.sql.routine;

import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * Finds the names in a body in PL/pgSQL that stand for another value, or for another variable, in
 * some part of it: those that it assigns, reads rows into, loops over, declares, gives another
 * name, or hands to a procedure, and the numbers in texts that it runs.
 *
 * <p>It rather names too many. Of {@code a.b := 1} both parts count, as either may be the variable;
 * a parameter that is named by its number is {@code $1}.
 */
final class ChangedNames {

  private static final Set<String> STARTS = Set.of(";", "begin", "then", "else", "loop", ">>");

  private static final Pattern NUMBER = Pattern.compile("[$][0-9]+");

  private final Tokens tokens;
  private final IntFunction<String> word;
  private final Set<String> changed = new HashSet<>();

  /**
   * @param word a keyword, an identifier or a sign at a place; empty for what is none of them
   */
  ChangedNames(Tokens tokens, IntFunction<String> word) {
    this.tokens = tokens;
    this.word = word;
  }

  Set<String> all() {
    for (int i = 0; i < tokens.size(); i++) {
      switch (word.apply(i)) {
        case ":=" -> before(i);
        case "=" -> {
          int from = startOfName(i);
          if (from < i && (from == 0 || STARTS.contains(word.apply(from - 1)))) {
            before(i);
          }
        }
        case "into" -> {
          if (i == 0 || !Set.of("insert", "merge").contains(word.apply(i - 1))) {
            listed(word.apply(i + 1).equals("strict") ? i + 2 : i + 1);
          }
        }
        case "for", "foreach" -> listed(i + 1); // behind ALIAS as well
        case "diagnostics", "call" -> statement(i + 1);
        case "declare" -> declared(i + 1);
        case "cursor" -> parameters(i + 1);
        case "execute" -> numbers(i + 1);
        case "use_variable" -> changed.add(RoutineBody.ANY); // a column may be a variable then
        default -> {}
      }
    }
    return changed;
  }

  /** The parts of a name that ends before a place. */
  private void before(int end) {
    for (int i = startOfName(end); i < end; i++) {
      add(i);
    }
  }

  /** Where {@code name.field[index]} starts that ends before a place; the place if none does. */
  private int startOfName(int end) {
    int i = end - 1;
    while (i > 0) {
      if (word.apply(i).equals("]")) {
        while (i > 0 && !word.apply(i).equals("[")) {
          i--;
        }
        i--;
      } else if (isName(i) && word.apply(i - 1).equals(".")) {
        i -= 2;
      } else {
        break;
      }
    }
    return i >= 0 && isName(i) ? i : end;
  }

  /** Names with commas between them. */
  private void listed(int from) {
    for (int i = from; i < tokens.size(); i++) {
      String here = word.apply(i);
      if (!add(i) && !here.equals(",") && !here.equals(".") && !here.equals("[")) {
        return;
      }
      while (here.equals("[") && i < tokens.size() && !word.apply(i).equals("]")) {
        i++;
      }
    }
  }

  /** All names up to the end of a statement. */
  private void statement(int from) {
    for (int i = from; i < tokens.size() && !word.apply(i).equals(";"); i++) {
      add(i);
    }
  }

  /** The first name of each declaration, and what it is another name for. */
  private void declared(int from) {
    boolean first = true;
    for (int i = from; i < tokens.size() && !word.apply(i).equals("begin"); i++) {
      if (first) {
        add(i);
      }
      first = word.apply(i).equals(";");
    }
  }

  /** The parameters of a cursor, up to their end. */
  private void parameters(int from) {
    for (int i = from; i < tokens.size() && word.apply(from).equals("("); i++) {
      if (Set.of("for", "is", ";").contains(word.apply(i))) {
        return;
      }
      add(i);
    }
  }

  /** In a text that runs, {@code $1} is the first value behind USING. */
  private void numbers(int at) {
    if (at < tokens.size() && tokens.kind(at) == TokenKind.STRING) {
      NUMBER.matcher(tokens.text(at)).results().forEach(number -> changed.add(number.group()));
    }
  }

  private boolean add(int at) {
    boolean name = isName(at);
    if (name) {
      String text = tokens.text(at);
      changed.add(tokens.kind(at) == TokenKind.PARAMETER ? "$" + text : text);
    }
    return name;
  }

  private boolean isName(int at) {
    TokenKind kind = tokens.kind(at);
    return kind == TokenKind.IDENTIFIER
        || kind == TokenKind.UNRESERVED
        || kind == TokenKind.COLUMN_NAME
        || kind == TokenKind.PARAMETER;
  }
}
