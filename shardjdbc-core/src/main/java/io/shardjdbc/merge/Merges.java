package io.shardjdbc.merge;

import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
    return merge.fold(new MergeRun(inputs, maxRows, statement, owner));
  }

  /** The rows of shards that sort alike, in their order; each is read where its shard has it. */
  public static RowSource heads(Merge.Sorted merge, List<ResultSet> inputs) throws SQLException {
    return SortedRows.of(merge, inputs);
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
