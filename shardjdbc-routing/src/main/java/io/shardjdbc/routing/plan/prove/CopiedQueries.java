package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.effects.FloatColumns;
import io.shardjdbc.routing.plan.effects.RowOrder;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.sql.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sub-queries over reference tables alone, which two copies may answer differently. */
final class CopiedQueries {

  private CopiedQueries() {}

  /**
   * Notes that each shard might pick other rows of its copy, or go by another order of them.
   *
   * @param ofAnyRow whether it is only asked if there is a row
   */
  static void note(
      Analysis analysis,
      Query query,
      List<TableVariable> copies,
      boolean ofAnyRow,
      Catalog catalog) {
    String picking = picking(query);
    if (picking != null && !ofAnyRow) {
      analysis.obstacles().add(picking + " in a sub-query over reference tables");
    }
    String open =
        RowOrder.open(
            query,
            copies.size() == 1 ? copies.get(0).shape().orElse(null) : null,
            FloatColumns.of(query, catalog));
    if (open != null) {
      analysis.goesByOrder(open + " without an order of its rows in a sub-query");
    }
  }

  /** By what a query picks some of several rows, or null. */
  private static @Nullable String picking(Query query) {
    boolean one =
        query.body() instanceof Query.Select select && select.distinct() == Query.Distinct.ON;
    return query.limit() != null || query.offset() != null ? "LIMIT" : one ? "DISTINCT ON" : null;
  }
}
