package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Expr.LiteralKind;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import java.util.Optional;

/**
 * The text of an INSERT of many rows that stands for as many of one row, as a batch has them.
 *
 * <p>It stands for them where each row is markers and constants, and neither the statement nor the
 * table has anything that could see how many rows come at a time.
 */
final class RowsAtOnce {

  private RowsAtOnce() {}

  /** With so many rows; empty where the statement of one row may do something else. */
  static Optional<String> text(
      Tables tables, ParsedSql parsed, InsertRowsPlan.Rows rows, int count) {
    if (!isPlain(rows, parsed.parameterCount())
        || !tables.catalog().takesRowsAtOnce(Tables.local(rows.insert().target().name()))) {
      return Optional.empty();
    }
    Span row = rows.rows().get(0).span();
    String sql = parsed.sql();
    String more = ", " + row.of(sql);
    return Optional.of(
        sql.substring(0, row.end()) + more.repeat(count - 1) + sql.substring(row.end()));
  }

  private static boolean isPlain(InsertRowsPlan.Rows rows, int parameters) {
    Insert insert = rows.insert();
    return rows.rows().size() == 1
        && insert.with() == null
        && insert.onConflict() == null
        && insert.returning().isEmpty()
        && !insert.subscriptedColumn()
        && isOfMarkers(rows.rows().get(0), parameters);
  }

  /** Whether it is constants, and all the statement's markers in their order. */
  private static boolean isOfMarkers(Expr.Row row, int parameters) {
    int next = 1;
    for (Expr item : row.items()) {
      if (item instanceof Expr.Parameter marker && marker.index() == next) {
        next++;
      } else if (!(item instanceof Expr.Literal literal) || literal.kind() == LiteralKind.DEFAULT) {
        return false;
      }
    }
    return next == parameters + 1;
  }
}
