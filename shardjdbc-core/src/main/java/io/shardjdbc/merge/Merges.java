package io.shardjdbc.merge;

import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Makes the one result set of several shards' rows. */
public final class Merges {

  private Merges() {}

  /**
   * Merges rows.
   *
   * @param inputs the shards' rows, in the order of the route; not closed by the result
   * @param maxRows how many rows the caller wants at most, 0 for all
   * @param statement a physical statement of one of the shards, for rows that are computed
   * @throws SQLException a refusal, if the rows are of types that do not merge exactly; no row has
   *     been given out then
   */
  public static ResultSet merge(
      Merge merge, List<ResultSet> inputs, long maxRows, Statement statement, ResultOwner owner)
      throws SQLException {
    if (merge instanceof Merge.Sorted sorted) {
      return sorted(sorted, inputs, maxRows, owner);
    }
    VisibleColumns all = VisibleColumns.butLast(inputs.get(0), 0);
    if (merge instanceof Merge.Totals totals) {
      ResultSet row = TotalsRow.of(inputs, totals.columns(), statement);
      return new MergedResultSet(
          new Concatenation(List.of(row)),
          VisibleColumns.butLast(row, 0),
          MergedResultSet.Window.all(maxRows),
          owner);
    }
    MergedResultSet.Window window =
        merge instanceof Merge.Concatenate part
            ? new MergedResultSet.Window(part.skip(), part.limit(), false, maxRows)
            : MergedResultSet.Window.all(maxRows);
    RowSource source =
        merge instanceof Merge.RowOrder order
            ? new CallerOrder(inputs, order.rows())
            : new Concatenation(merge instanceof Merge.SameOnAll ? inputs.subList(0, 1) : inputs);
    return new MergedResultSet(source, all, window, owner);
  }

  private static ResultSet sorted(
      Merge.Sorted sorted, List<ResultSet> inputs, long maxRows, ResultOwner owner)
      throws SQLException {
    List<SortColumn> columns = new ArrayList<>(sorted.keys().size());
    for (Merge.SortKey key : sorted.keys()) {
      columns.add(SortColumn.of(key, inputs));
    }
    return new MergedResultSet(
        new SortedRows(inputs, columns),
        VisibleColumns.butLast(inputs.get(0), sorted.hiddenColumns()),
        new MergedResultSet.Window(sorted.skip(), sorted.limit(), sorted.withTies(), maxRows),
        owner);
  }

  /** No rows, and no columns. */
  public static ResultSet empty(ResultOwner owner) {
    return new MergedResultSet(
        new Concatenation(List.of()), VisibleColumns.NONE, MergedResultSet.Window.all(0), owner);
  }

  /** Rows of which the caller wants only some columns, at these positions. */
  public static ResultSet project(ResultSet rows, int[] positions, ResultOwner owner)
      throws SQLException {
    return new MergedResultSet(
        new Concatenation(List.of(rows)),
        VisibleColumns.at(rows, positions),
        MergedResultSet.Window.all(0),
        owner);
  }
}
