package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.catalog.Catalog.Relatives;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a sequence fills in rows which are written through a view.
 *
 * <p>A view's table counts where the view is written through. A counted column that the view shows
 * as it is can be given by its name there. Of one that it does not show, or computes, nobody can
 * take the numbers first, so it has a name that no statement gives, and nothing that can be read.
 */
final class CountedInViews {

  private CountedInViews() {}

  /** Those of a table or a view. */
  static List<CountedColumn> over(Catalog catalog, List<String> name) {
    List<CountedColumn> own = catalog.counted(name);
    if (!catalog.table(name).map(TableShape::view).orElse(false)) {
      return own;
    }
    List<CountedColumn> all = new ArrayList<>(own);
    Query.@Nullable Select shown = catalog.view(name).map(CountedInViews::block).orElse(null);
    for (List<String> base : catalog.relatives(name).map(Relatives::ancestors).orElse(List.of())) {
      for (CountedColumn column : catalog.counted(base)) {
        String label = shown == null ? null : label(shown, base, column.name());
        if (label == null) {
          String hidden = base.get(base.size() - 1) + "." + column.name();
          all.add(new CountedColumn(hidden, "", column.identity(), column.always()));
        } else if (own.stream().noneMatch(other -> other.name().equals(label))) {
          all.add(
              new CountedColumn(label, column.expression(), column.identity(), column.always()));
        }
      }
    }
    return all;
  }

  /** The one block that the view is; null where it is more. */
  private static Query.@Nullable Select block(String definition) {
    try {
      String text = definition.strip();
      String query = text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
      return SqlParser.parse(query, QuestionMarks.OPERATORS).statement()
                  instanceof SelectStatement select
              && select.query().body() instanceof Query.Select block
              && block.from().size() == 1
              && block.from().get(0) instanceof FromItem.Table
          ? block
          : null;
    } catch (SqlSyntaxException e) {
      return null;
    }
  }

  /** By which name the block shows a column of its table; null where it does not. */
  private static @Nullable String label(Query.Select block, List<String> base, String column) {
    FromItem.Table table = (FromItem.Table) block.from().get(0);
    if (!Tables.local(table.name()).equals(base)) {
      return null;
    }
    Optional<Query.SelectItem> item =
        block.items().stream()
            .filter(
                each ->
                    each.value() instanceof Expr.Column shown
                        && !shown.star()
                        && shown.name().last().equals(column))
            .findFirst();
    return item.map(each -> each.alias() == null ? column : each.alias()).orElse(null);
  }
}
