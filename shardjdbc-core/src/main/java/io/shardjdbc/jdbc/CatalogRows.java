package io.shardjdbc.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.BaseStatement;
import org.postgresql.core.Field;
import org.postgresql.core.Tuple;

/**
 * What several shards say of the database, as one server would: what is on more than one of them is
 * shown once, as the first has it.
 *
 * <p>What rows are of, a table, a function, a schema, is told by their columns. Rows that are of
 * nothing in particular are those of the first shard that has any.
 */
final class CatalogRows {

  private static final List<List<String>> SUBJECTS =
      List.of(
          List.of("FKTABLE_SCHEM", "FKTABLE_NAME"),
          List.of("TABLE_SCHEM", "TABLE_NAME"),
          List.of("TYPE_SCHEM", "TYPE_NAME"),
          List.of("FUNCTION_SCHEM", "FUNCTION_NAME"),
          List.of("PROCEDURE_SCHEM", "PROCEDURE_NAME"),
          List.of("TABLE_SCHEM"));

  /** The columns that rows are ordered by before their names, where there are such. */
  private static final String KIND = "TABLE_TYPE";

  private static final String TYPE = "DATA_TYPE";
  private static final Set<String> CATALOGS =
      Set.of(
          "TABLE_CAT",
          "TABLE_CATALOG",
          "PKTABLE_CAT",
          "FKTABLE_CAT",
          "FUNCTION_CAT",
          "PROCEDURE_CAT",
          "TYPE_CAT");

  private final String catalog;
  private final List<String> labels = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<String> types = new ArrayList<>();
  private final List<@Nullable String[]> rows = new ArrayList<>();
  private final Set<String> before = new HashSet<>();
  private int shards;

  /**
   * @param catalog the name of the one database
   */
  CatalogRows(String catalog) {
    this.catalog = catalog;
  }

  /**
   * Adds what a shard says that none before it has said.
   *
   * @param stray whether a table of that name is one that nobody means there
   */
  void add(ResultSet from, Predicate<List<String>> stray) throws SQLException {
    ResultSetMetaData columns = from.getMetaData();
    if (names.isEmpty()) {
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        labels.add(columns.getColumnLabel(i));
        names.add(columns.getColumnLabel(i).toUpperCase(java.util.Locale.ROOT));
        types.add(columns.getColumnTypeName(i));
      }
    }
    List<Integer> subject = subject();
    boolean tables = subject.size() == 2 && names.get(subject.get(1)).endsWith("TABLE_NAME");
    Set<String> here = new HashSet<>();
    boolean only = subject.isEmpty() && !rows.isEmpty();
    int count = rows.size();
    while (from.next()) {
      @Nullable String[] row = new @Nullable String[names.size()];
      for (int i = 0; i < row.length; i++) {
        String value = from.getString(i + 1);
        boolean named = value != null && !value.isEmpty() && CATALOGS.contains(names.get(i));
        row[i] = named ? catalog : value;
      }
      if (tables && row[subject.get(0)] != null && row[subject.get(1)] != null) {
        if (stray.test(List.of(row[subject.get(0)], row[subject.get(1)]))) {
          continue;
        }
      }
      String of = of(row, subject);
      if (!only && (subject.isEmpty() || !before.contains(of))) {
        rows.add(row);
        here.add(of);
      }
    }
    before.addAll(here);
    shards += rows.size() > count ? 1 : 0;
  }

  private List<Integer> subject() {
    for (List<String> columns : SUBJECTS) {
      if (names.containsAll(columns)) {
        return columns.stream().map(names::indexOf).toList();
      }
    }
    return List.of();
  }

  private static String of(@Nullable String[] row, List<Integer> columns) {
    StringBuilder name = new StringBuilder();
    columns.forEach(column -> name.append(row[column]).append('\0'));
    return name.toString();
  }

  /**
   * All of it, in the order in which one server gives it.
   *
   * @param statement a physical statement to whose connection the rows are to belong
   */
  ResultSet on(Statement statement) throws SQLException {
    if (shards > 1) {
      List<Integer> order = new ArrayList<>(subject());
      if (names.contains(KIND)) {
        order.add(0, names.indexOf(KIND));
      } else if (names.contains(TYPE) && order.contains(names.indexOf("TYPE_NAME"))) {
        order.add(0, names.indexOf(TYPE)); // codes of four digits
      }
      rows.sort(Comparator.comparing(row -> of(row, order)));
    }
    BaseConnection connection = statement.getConnection().unwrap(BaseConnection.class);
    Field[] fields = new Field[names.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = new Field(labels.get(i), connection.getTypeInfo().getPGType(types.get(i)));
    }
    List<Tuple> tuples = new ArrayList<>();
    for (@Nullable String[] row : rows) {
      byte[][] data = new byte[row.length][];
      for (int i = 0; i < row.length; i++) {
        String value = row[i];
        if (value != null) {
          data[i] = value.getBytes(StandardCharsets.UTF_8);
        }
      }
      tuples.add(new Tuple(data));
    }
    return statement.unwrap(BaseStatement.class).createDriverResultSet(fields, tuples);
  }
}
