package io.shardjdbc.testkit.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Asks for every row that a query has without its LIMIT, with the row's rank in its ORDER BY.
 *
 * <p>Rows of one rank may come in any sequence, and a LIMIT may cut anywhere among them. Whether
 * two rows have one rank is a question for the server: its collations, its numerics, its NULLs.
 */
final class RankQuery {

  private final Trial trial;
  private final Clauses clauses;
  private final List<Column> columns;

  RankQuery(Trial trial, Clauses clauses, List<Column> columns) {
    this.trial = trial;
    this.clauses = clauses;
    this.columns = columns;
  }

  /** The query: a first column that is the rank, then those of the original. */
  Trial trial() {
    List<Token> tokens = clauses.statement().tokens();
    Excerpt excerpt = new Excerpt(trial, tokens);
    List<String> keys = new ArrayList<>();
    List<Clauses.SortItem> hidden = new ArrayList<>();
    for (Clauses.SortItem item : clauses.sortItems()) {
      int column = outputColumn(item);
      String key = column >= 0 ? "c" + column : "s" + hidden.size();
      if (column < 0) {
        hidden.add(item);
      }
      keys.add("q." + key + " " + trial.sql().substring(item.directionStart(), item.end()));
    }
    excerpt.text("SELECT ");
    excerpt.text(
        keys.isEmpty() ? "1" : "dense_rank() OVER (ORDER BY " + String.join(", ", keys) + ")");
    excerpt.text(visible("q.c", ", ")).text(" FROM (");
    int bodyEnd = clauses.distinctOn() ? clauses.tail() : clauses.bodyEnd();
    if (hidden.isEmpty()) {
      excerpt.piece(0, bodyEnd);
    } else {
      excerpt.piece(0, clauses.listEnd());
      for (Clauses.SortItem item : hidden) {
        List<Token> expression = item.expression();
        excerpt
            .text(", (")
            .piece(expression.get(0).start(), expression.get(expression.size() - 1).end())
            .text(") ");
      }
      excerpt.piece(clauses.listEnd(), bodyEnd);
    }
    String names =
        visible("c", ", ")
            + IntStream.range(0, hidden.size())
                .mapToObj(i -> ", s" + i)
                .collect(Collectors.joining());
    return excerpt.text("\n) AS q(" + names.substring(2) + ") ORDER BY 1").build();
  }

  private String visible(String prefix, String separator) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> separator + prefix + i)
        .collect(Collectors.joining());
  }

  /** The column of the result that an item of ORDER BY names, or -1 if it is an expression. */
  private int outputColumn(Clauses.SortItem item) {
    if (item.expression().size() != 1) {
      return -1;
    }
    Token token = item.expression().get(0);
    if (token.kind() == Token.Kind.NUMBER) {
      return Integer.parseInt(token.text()) - 1;
    }
    String name =
        token.kind() == Token.Kind.QUOTED_NAME
            ? token.text().substring(1, token.text().length() - 1).replace("\"\"", "\"")
            : token.text();
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).label().equals(name))
        .findFirst()
        .orElse(-1);
  }
}
