package io.shardjdbc.testkit.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The outermost clauses of a query, as positions in its text.
 *
 * @param setOperation whether the query combines others or is in parentheses, so that ORDER BY
 *     names columns of the result only
 * @param distinctOn whether ORDER BY also chooses the rows
 * @param listEnd where the select list ends
 * @param bodyEnd where ORDER BY, LIMIT and what follows begin
 * @param sortItems the expressions of ORDER BY
 * @param tail from where LIMIT and its kin begin
 */
record Clauses(
    Statement statement,
    boolean setOperation,
    boolean distinctOn,
    int listEnd,
    int bodyEnd,
    List<SortItem> sortItems,
    int tail) {

  /** A text and its tokens. */
  record Statement(String sql, List<Token> tokens) {}

  /**
   * An expression of ORDER BY.
   *
   * @param expression its tokens
   * @param directionStart where ASC, DESC, USING or NULLS begin; {@code end} if nowhere
   */
  record SortItem(List<Token> expression, int directionStart, int end) {}

  private static final Set<String> TAIL = Set.of("limit", "offset", "fetch", "for");
  private static final Set<String> AFTER_LIST =
      Set.of("from", "where", "group", "having", "window", "order", "limit", "offset", "fetch");
  private static final Set<String> DIRECTION = Set.of("asc", "desc", "nulls", "using");

  static Clauses of(String sql) {
    List<Token> tokens = new ArrayList<>(Scanner.scan(sql));
    while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).isTopSymbol(";")) {
      tokens.remove(tokens.size() - 1);
    }
    int end = tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1).end();
    int select = first(tokens, 0, "select");
    int order = last(tokens, "order");
    int tail = firstOf(tokens, Math.max(Math.max(order, select), 0), TAIL);
    int list = select < 0 ? tokens.size() : listEnd(tokens, select + 1);
    boolean combined =
        select < 0
            || first(tokens, 0, "union") >= 0
            || first(tokens, 0, "intersect") >= 0
            || first(tokens, 0, "except") >= 0;
    int bodyEnd = order >= 0 ? order : tail;
    return new Clauses(
        new Statement(sql, List.copyOf(tokens)),
        combined,
        select >= 0
            && select + 2 < tokens.size()
            && tokens.get(select + 1).isTop("distinct")
            && tokens.get(select + 2).isTop("on"),
        startOf(tokens, list, end),
        startOf(tokens, bodyEnd, end),
        order < 0 ? List.of() : sortItems(tokens.subList(order + 2, tail)),
        startOf(tokens, tail, end));
  }

  boolean isQuery() {
    List<Token> tokens = statement.tokens();
    return !tokens.isEmpty()
        && Set.of("select", "values", "table", "with", "(").contains(tokens.get(0).text());
  }

  boolean isOrdered() {
    return !sortItems.isEmpty();
  }

  boolean isLimited() {
    return statement.tokens().stream()
        .anyMatch(
            token ->
                token.start() >= tail
                    && (token.isTop("limit") || token.isTop("fetch") || token.isTop("offset")));
  }

  /** Whether anything in it may change rows. */
  boolean mayWrite() {
    Set<String> changes = Set.of("insert", "update", "delete", "merge");
    return !isQuery()
        || statement.tokens().stream()
            .anyMatch(t -> t.kind() == Token.Kind.WORD && changes.contains(t.text()));
  }

  /** Whether it is anything but a statement about rows. */
  boolean mayChangeSchema() {
    List<Token> tokens = statement.tokens();
    return !isQuery()
        && !tokens.isEmpty()
        && !Set.of("insert", "update", "delete", "merge").contains(tokens.get(0).text());
  }

  private static List<SortItem> sortItems(List<Token> tokens) {
    List<SortItem> items = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= tokens.size(); i++) {
      if (i == tokens.size() || tokens.get(i).isTopSymbol(",")) {
        if (i > from) {
          List<Token> item = tokens.subList(from, i);
          int direction = firstOf(item, 0, DIRECTION);
          int end = item.get(item.size() - 1).end();
          items.add(
              new SortItem(
                  List.copyOf(item.subList(0, direction)), startOf(item, direction, end), end));
        }
        from = i + 1;
      }
    }
    return items;
  }

  /** FROM ends the select list unless of IS DISTINCT FROM, GROUP unless of WITHIN GROUP. */
  private static int listEnd(List<Token> tokens, int from) {
    for (int i = from; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean ofDistinct = token.isTop("from") && tokens.get(i - 1).isTop("distinct");
      boolean ofAggregate = token.isTop("group") && tokens.get(i - 1).isTop("within");
      if (token.depth() == 0
          && token.kind() == Token.Kind.WORD
          && AFTER_LIST.contains(token.text())
          && !ofDistinct
          && !ofAggregate) {
        return i;
      }
    }
    return tokens.size();
  }

  private static int first(List<Token> tokens, int from, String word) {
    int at = firstOf(tokens, from, Set.of(word));
    return at == tokens.size() ? -1 : at;
  }

  private static int firstOf(List<Token> tokens, int from, Set<String> words) {
    for (int i = from; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.depth() == 0 && token.kind() == Token.Kind.WORD && words.contains(token.text())) {
        return i;
      }
    }
    return tokens.size();
  }

  private static int last(List<Token> tokens, String word) {
    for (int i = tokens.size() - 2; i >= 0; i--) {
      if (tokens.get(i).isTop(word) && tokens.get(i + 1).isTop("by")) {
        return i;
      }
    }
    return -1;
  }

  private static int startOf(List<Token> tokens, int index, int end) {
    return index < tokens.size() ? tokens.get(index).start() : end;
  }
}
