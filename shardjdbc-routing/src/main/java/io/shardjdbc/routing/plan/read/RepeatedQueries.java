package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes an expression of ORDER BY or GROUP BY as the number of the column that it repeats, where a
 * sub-query is in it.
 *
 * <p>A server sees by itself that {@code SELECT DISTINCT a + (SELECT ..) .. ORDER BY a + (SELECT
 * ..)} sorts by its column. It does not any more when the two sub-queries read rows that were
 * fetched under two names.
 */
public final class RepeatedQueries {

  private final ParsedSql parsed;
  private final List<Edit> edits = new ArrayList<>();

  private RepeatedQueries(ParsedSql parsed) {
    this.parsed = parsed;
  }

  /** The statement so written; as it is where nothing is repeated. */
  public static ParsedSql numbered(ParsedSql parsed, QuestionMarks questionMarks) {
    if (!(parsed.statement() instanceof SelectStatement select)
        || !Calls.hasQuery(select.query().children())) {
      return parsed;
    }
    RepeatedQueries repeated = new RepeatedQueries(parsed);
    repeated.collect(select.query());
    if (repeated.edits.isEmpty()) {
      return parsed;
    }
    Template text = Template.edited(parsed, repeated.edits);
    boolean alike = text.parameters().size() == parsed.parameters().size();
    boolean inOrder =
        IntStream.range(0, text.parameters().size())
            .allMatch(i -> text.parameters().get(i) == i + 1);
    return alike && inOrder ? SqlParser.parse(text.text(), questionMarks) : parsed;
  }

  private void collect(Node node) {
    if (node instanceof Query query && query.body() instanceof Query.Select select) {
      List<Query.SelectItem> items = select.items();
      if (items.stream().noneMatch(item -> Positions.isStar(item.value()))) {
        query.orderBy().forEach(item -> number(item.value(), items));
        for (Query.Grouping grouping : select.groupBy()) {
          if (grouping.sets().isEmpty() && grouping.values().size() == 1) {
            number(grouping.values().get(0), items);
          }
        }
      }
    }
    node.eachChild(this::collect);
  }

  private void number(Expr value, List<Query.SelectItem> items) {
    if (!Calls.hasQuery(List.of(value))) {
      return;
    }
    String text = value.span().of(parsed.sql());
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).value().span().of(parsed.sql()).equals(text)) {
        edits.add(Edit.replace(value.span(), String.valueOf(i + 1)));
        return;
      }
    }
  }
}
