package io.shardjdbc.gather;

import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.wrap.Binding;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of one stage as text, column by column. */
final class StagedRows {

  private final Stage stage;
  private final List<List<@Nullable String>> columns = new ArrayList<>();
  private int rows;
  private long bytes;

  StagedRows(Stage stage) {
    this.stage = stage;
    stage.columns().forEach(column -> columns.add(new ArrayList<>()));
  }

  /** The same rows of a stage that has as many columns. */
  StagedRows of(Stage other) {
    StagedRows same = new StagedRows(other);
    same.columns.clear();
    same.columns.addAll(columns);
    same.rows = rows;
    same.bytes = bytes;
    return same;
  }

  Stage stage() {
    return stage;
  }

  int rows() {
    return rows;
  }

  /** How many bytes all rows are, at least. */
  long bytes() {
    return bytes;
  }

  @Nullable String value(int row, int column) {
    return columns.get(column).get(row);
  }

  /** The values of a column; NULL is none. */
  Set<String> distinct(int column) {
    Set<String> values = new LinkedHashSet<>();
    for (String value : columns.get(column)) {
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  /** Takes the row a result set stands on; says how many bytes it is, at least. */
  long add(ResultSet row) throws SQLException {
    return add(row, 0);
  }

  /** The same where some columns are in front of the stage's. */
  long add(ResultSet row, int ahead) throws SQLException {
    long added = 0;
    for (int i = 0; i < columns.size(); i++) {
      String value = row.getString(ahead + i + 1);
      columns.get(i).add(value);
      added += value == null ? 0 : value.length();
    }
    rows++;
    bytes += added;
    return added;
  }

  /** One array for each column, to be bound. */
  List<Binding> arrays() {
    List<Binding> arrays = new ArrayList<>();
    for (List<@Nullable String> column : columns) {
      arrays.add(new TextArray(column.toArray(new @Nullable String[0])));
    }
    return arrays;
  }
}
