package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Leaves a column out of an INSERT that says DEFAULT for it in every row: the rows of VALUES may
 * have to be asked for as a query, because a sub-query in them reads other shards, and a query
 * knows no DEFAULT.
 */
public final class LeftToDefaults {

  private LeftToDefaults() {}

  /** The statement without such columns; as it is where there are none, or no sub-query. */
  public static ParsedSql leftOut(ParsedSql parsed, Tables tables, QuestionMarks questionMarks) {
    if (!(parsed.statement() instanceof Insert insert)
        || insert.subscriptedColumn()
        || insert.overriding() != null
        || insert.source() == null
        || !(insert.source().body() instanceof Query.Values values)
        || insert.source().with() != null
        || !Calls.hasQuery(values.rows())
        || !(tables.configuration().table(Tables.local(insert.target().name())).orElse(null)
            instanceof Table.Single)) {
      return parsed;
    }
    List<Expr.Row> rows = values.rows();
    List<String> columns = columns(insert, tables, rows.get(0).items().size());
    if (rows.stream().anyMatch(row -> row.items().size() != columns.size())) {
      return parsed;
    }
    List<Integer> kept =
        IntStream.range(0, columns.size())
            .filter(i -> !rows.stream().allMatch(row -> isDefault(row.items().get(i))))
            .boxed()
            .toList();
    if (kept.size() == columns.size() || kept.isEmpty()) {
      return parsed;
    }
    List<Edit> edits = new ArrayList<>();
    String list =
        kept.stream()
            .map(columns::get)
            .map(Identifiers::quote)
            .collect(Collectors.joining(", ", " (", ") VALUES "));
    int start = insert.target().span().end();
    edits.add(Edit.replace(new Span(start, rows.get(0).span().start()), list));
    for (Expr.Row row : rows) {
      List<Object> pieces = new ArrayList<>(List.of("("));
      for (int i : kept) {
        pieces.add(pieces.size() == 1 ? "" : ", ");
        pieces.add(row.items().get(i).span());
      }
      pieces.add(")");
      edits.add(Edit.replace(row.span(), pieces.toArray()));
    }
    Template text = Template.edited(parsed, edits);
    boolean inOrder =
        IntStream.range(0, text.parameters().size())
            .allMatch(i -> text.parameters().get(i) == i + 1);
    return inOrder ? SqlParser.parse(text.text(), questionMarks) : parsed;
  }

  private static List<String> columns(Insert insert, Tables tables, int given) {
    if (!insert.columns().isEmpty()) {
      return insert.columns();
    }
    List<String> all =
        tables.catalog().table(Tables.local(insert.target().name())).stream()
            .flatMap(shape -> shape.columns().stream())
            .map(ColumnShape::name)
            .toList();
    return all.subList(0, Math.min(given, all.size()));
  }

  private static boolean isDefault(Expr e) {
    return e instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT;
  }
}
