package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the rows of a query come about: the tree that {@link Colocation} reasons over. */
public sealed interface Source {

  /** The rows of a table. */
  record Leaf(TableVariable table) implements Source {}

  /** Rows that come from no table: VALUES, a function, nothing at all. */
  record Constant() implements Source {}

  /** A join. */
  record Joined(FromItem.JoinKind kind, Source left, Source right) implements Source {}

  /**
   * A query block.
   *
   * @param from cross joined
   * @param aggregated whether it groups: by GROUP BY, HAVING, or an aggregate in its select list
   * @param groupColumns the plain columns it groups by; those of grouping sets do not count
   * @param distinct how it removes duplicates
   * @param distinctColumns the columns whose equality makes a duplicate
   * @param windows for each window function, the plain columns it partitions by
   * @param limited whether LIMIT or OFFSET cut it
   */
  record Block(
      QueryVariable rows,
      List<Source> from,
      boolean aggregated,
      List<ColumnId> groupColumns,
      Query.Distinct distinct,
      List<ColumnId> distinctColumns,
      List<List<ColumnId>> windows,
      boolean limited)
      implements Source {}

  /**
   * A set operation.
   *
   * @param limited whether LIMIT or OFFSET cut its result
   */
  record Combined(
      Query.SetOperator operator,
      boolean all,
      QueryVariable leftRows,
      Source left,
      QueryVariable rightRows,
      Source right,
      boolean limited)
      implements Source {}

  /** The block or set operation itself, where it is one. */
  default @Nullable Block asBlock() {
    return this instanceof Block block ? block : null;
  }
}
