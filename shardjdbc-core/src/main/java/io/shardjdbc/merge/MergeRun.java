package io.shardjdbc.merge;

import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Merges the rows of several shards, each kind of merge in its own way. */
final class MergeRun implements Merge.Cases<ResultSet, SQLException> {

  private final List<ResultSet> inputs;
  private final long maxRows;
  private final Statement statement;
  private final ResultOwner owner;

  MergeRun(List<ResultSet> inputs, long maxRows, Statement statement, ResultOwner owner) {
    this.inputs = inputs;
    this.maxRows = maxRows;
    this.statement = statement;
    this.owner = owner;
  }

  @Override
  public ResultSet concatenate(Merge.Concatenate merge) throws SQLException {
    return all(
        new Concatenation(inputs),
        new MergedResultSet.Window(merge.skip(), merge.limit(), false, maxRows));
  }

  @Override
  public ResultSet sorted(Merge.Sorted merge) throws SQLException {
    return new MergedResultSet(
        SortedRows.of(merge, inputs),
        VisibleColumns.butLast(inputs.get(0), merge.hiddenColumns()),
        new MergedResultSet.Window(merge.skip(), merge.limit(), merge.withTies(), maxRows),
        owner);
  }

  @Override
  public ResultSet totals(Merge.Totals merge) throws SQLException {
    ResultSet row = TotalsRow.of(inputs, merge.columns(), statement);
    return new MergedResultSet(
        new Concatenation(List.of(row)),
        VisibleColumns.butLast(row, 0),
        MergedResultSet.Window.all(maxRows),
        owner);
  }

  @Override
  public ResultSet groups(Merge.Groups merge) throws SQLException {
    ResultSet rows = GroupedRows.of(merge, inputs, statement);
    return new MergedResultSet(
        new Concatenation(List.of(rows)),
        VisibleColumns.butLast(inputs.get(0), 0), // which tells the tables of the keys
        new MergedResultSet.Window(merge.skip(), merge.limit(), false, maxRows),
        owner);
  }

  @Override
  public ResultSet sumOfCounts(Merge.SumOfCounts merge) throws SQLException {
    return all(new Concatenation(inputs), MergedResultSet.Window.all(maxRows));
  }

  @Override
  public ResultSet sameOnAll(Merge.SameOnAll merge) throws SQLException {
    return all(new Concatenation(inputs.subList(0, 1)), MergedResultSet.Window.all(maxRows));
  }

  @Override
  public ResultSet rowOrder(Merge.RowOrder merge) throws SQLException {
    return all(new CallerOrder(inputs, merge.rows()), MergedResultSet.Window.all(maxRows));
  }

  private ResultSet all(RowSource rows, MergedResultSet.Window window) throws SQLException {
    return new MergedResultSet(rows, VisibleColumns.butLast(inputs.get(0), 0), window, owner);
  }
}
