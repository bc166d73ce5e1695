package io.shardjdbc.routing.sql.lex;

import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of one text, in columns: what each is, what it says, where it stands. */
public final class Tokens {

  private TokenKind[] kinds;
  private String[] texts;
  private int[] starts;
  private int[] ends;
  private int size;

  /** Each parameter marker, in the order of the text. */
  public final List<Expr.Parameter> parameters = new ArrayList<>();

  /** The body of the hint comment. */
  public @Nullable String hint;

  Tokens(int capacity) {
    kinds = new TokenKind[capacity];
    texts = new String[capacity];
    starts = new int[capacity];
    ends = new int[capacity];
  }

  void add(TokenKind kind, String text, int start, int end) {
    if (size == kinds.length) {
      grow();
    }
    kinds[size] = kind;
    texts[size] = text;
    starts[size] = start;
    ends[size] = end;
    size++;
  }

  private void grow() {
    int capacity = size * 2;
    kinds = Arrays.copyOf(kinds, capacity);
    texts = Arrays.copyOf(texts, capacity);
    starts = Arrays.copyOf(starts, capacity);
    ends = Arrays.copyOf(ends, capacity);
  }

  public int size() {
    return size;
  }

  public TokenKind kind(int index) {
    return kinds[index];
  }

  /** The folded word, the unescaped content, the digits or the sign. */
  public String text(int index) {
    return texts[index];
  }

  public int start(int index) {
    return starts[index];
  }

  public int end(int index) {
    return ends[index];
  }
}
