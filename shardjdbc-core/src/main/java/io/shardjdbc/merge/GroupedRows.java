package io.shardjdbc.merge;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.BaseStatement;
import org.postgresql.core.Field;
import org.postgresql.core.Tuple;

/**
 * The groups that the shards' groups of their own rows add up to.
 *
 * <p>All of them are read before the first is given out, since the last row of the last shard may
 * belong to any. Hence the bound: whoever has more groups has a server put them together. What
 * comes out is a result set of the driver's own, as {@link TotalsRow} has it.
 */
final class GroupedRows {

  /** A group costs some hundred bytes, and as many a column. */
  private static final int MOST_GROUPS = 10_000;

  private final List<ResultSet> inputs;
  private final List<GroupedColumn> columns;
  private final Map<List<@Nullable Object>, Group> groups = new LinkedHashMap<>();

  /** One group: what each of its columns has come to so far. */
  private static final class Group {
    final GroupedColumn.Value[] values;

    Group(GroupedColumn.Value[] values) {
      this.values = values;
    }
  }

  private GroupedRows(List<ResultSet> inputs, List<GroupedColumn> columns) {
    this.inputs = inputs;
    this.columns = columns;
  }

  /**
   * Reads all rows and puts them together.
   *
   * @param statement a physical statement to whose connection the rows are to belong
   * @throws SQLException a refusal, if keys or aggregates are of types that Java does not combine
   *     exactly, or if there are too many groups
   */
  static ResultSet of(Merge.Groups merge, List<ResultSet> inputs, Statement statement)
      throws SQLException {
    List<GroupedColumn> columns = new ArrayList<>(merge.columns().size());
    for (int i = 0; i < merge.columns().size(); i++) {
      columns.add(GroupedColumn.of(merge.columns().get(i), i + 1, inputs));
    }
    GroupedRows rows = new GroupedRows(inputs, columns);
    Comparator<Group> order = rows.order(merge.order());
    rows.read();
    List<Group> groups = new ArrayList<>(rows.groups.values());
    if (order != null) {
      groups.sort(order);
    }
    List<Tuple> tuples = new ArrayList<>(groups.size());
    for (Group group : groups) {
      tuples.add(rows.tuple(group));
    }
    return statement
        .unwrap(BaseStatement.class)
        .createDriverResultSet(rows.fields(statement), tuples);
  }

  private void read() throws SQLException {
    for (int i = 0; i < inputs.size(); i++) {
      ResultSet rows = inputs.get(i);
      while (rows.next()) {
        add(i, rows);
      }
    }
  }

  private void add(int input, ResultSet rows) throws SQLException {
    GroupedColumn.Value[] values = new GroupedColumn.Value[columns.size()];
    List<@Nullable Object> key = new ArrayList<>(columns.size());
    for (int i = 0; i < values.length; i++) {
      GroupedColumn column = columns.get(i);
      values[i] = column.read(input, rows);
      if (column.isKey()) {
        key.add(column.equality(values[i]));
      }
    }
    Group known = groups.get(key);
    if (known == null) {
      if (groups.size() == MOST_GROUPS) {
        throw SqlErrors.of(
            ErrorCode.UNSUPPORTED_CLAUSE, "GROUP BY with more than " + MOST_GROUPS + " groups");
      }
      groups.put(key, new Group(values));
    } else {
      for (int i = 0; i < values.length; i++) {
        known.values[i] = columns.get(i).combine(known.values[i], values[i]);
      }
    }
  }

  /** Null for any order. */
  private @Nullable Comparator<Group> order(List<Merge.SortKey> keys) throws SQLException {
    Comparator<Group> order = null;
    for (Merge.SortKey key : keys) {
      SortColumn column = SortColumn.of(key, inputs);
      int at = (key.column() > 0 ? key.column() : columns.size() + 1 + key.column()) - 1;
      Comparator<Group> next =
          (a, b) -> column.compare(a.values[at].sorted(), b.values[at].sorted());
      order = order == null ? next : order.thenComparing(next);
    }
    return order;
  }

  private Field[] fields(Statement statement) throws SQLException {
    ResultSetMetaData metaData = inputs.get(0).getMetaData();
    BaseConnection connection = statement.getConnection().unwrap(BaseConnection.class);
    Field[] fields = new Field[columns.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] =
          new Field(
              metaData.getColumnLabel(i + 1),
              connection.getTypeInfo().getPGType(metaData.getColumnTypeName(i + 1)));
      fields[i].setFormat(columns.get(i).isBinary() ? Field.BINARY_FORMAT : Field.TEXT_FORMAT);
    }
    return fields;
  }

  private Tuple tuple(Group group) {
    byte @Nullable [][] data = new byte[columns.size()][];
    for (int i = 0; i < data.length; i++) {
      data[i] = columns.get(i).bytes(group.values[i]);
    }
    return new Tuple(data);
  }
}
