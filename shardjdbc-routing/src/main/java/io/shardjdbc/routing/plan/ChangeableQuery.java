package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.ChangeableRows;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a query gives rows of one table that has each of its rows on one shard.
 *
 * <p>Of a copied table a row would change on one shard alone. Parameters must all be of the
 * condition, for they keep their places in what is made of it.
 */
final class ChangeableQuery {

  private ChangeableQuery() {}

  /** The rows of a query; null where they cannot be changed one by one. */
  static @Nullable ChangeableRows of(String sql, QuestionMarks marks, Tables tables) {
    ParsedSql parsed;
    try {
      parsed = SqlParser.parse(sql, marks);
    } catch (SqlSyntaxException e) {
      return null;
    }
    if (!(parsed.statement() instanceof SelectStatement statement)
        || !(statement.query().body() instanceof Query.Select select)
        || statement.query().with() != null
        || !isPlain(select)
        || !(select.from().get(0) instanceof FromItem.Table from)
        || from.sample() != null
        || (from.alias() != null && !from.alias().columns().isEmpty())
        || !isKeptOnce(from, tables)) {
      return null;
    }
    Expr where = select.where();
    Span condition = where == null ? new Span(0, 0) : where.span();
    if (!parsed.parameters().stream().allMatch(p -> isWithin(p.span(), condition))) {
      return null;
    }
    String hint = parsed.hint() == null ? "" : "/* shardjdbc: " + parsed.hint() + " */ ";
    String name =
        from.name().parts().stream().map(Identifiers::quote).collect(Collectors.joining("."));
    return new ChangeableRows(name, from.span().of(sql), condition.of(sql), hint);
  }

  private static boolean isPlain(Query.Select select) {
    return !select.table()
        && select.into() == null
        && select.distinct() == Query.Distinct.NONE
        && select.from().size() == 1
        && select.groupBy().isEmpty()
        && select.having() == null
        && select.windows().isEmpty();
  }

  private static boolean isKeptOnce(FromItem.Table from, Tables tables) {
    Table table = tables.find(Tables.local(from.name())).orNull();
    return table != null && !(table instanceof Table.Reference);
  }

  private static boolean isWithin(Span span, Span whole) {
    return whole.start() <= span.start() && span.end() <= whole.end();
  }
}
