package io.shardjdbc.reshard.control;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Short statements with values, on a connection that the mover has for itself. */
public final class Sql {

  private Sql() {}

  /** What makes a value of a row. */
  @FunctionalInterface
  public interface Row<T> {
    /** The value of the row that the result stands on. */
    T of(ResultSet row) throws SQLException;
  }

  /** Runs a statement; the number of rows that it changed. */
  public static int run(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, values)) {
      return statement.execute() ? 0 : Math.max(0, statement.getUpdateCount());
    }
  }

  /** All rows. */
  public static <T> List<T> rows(
      Connection connection, Row<T> each, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(each.of(rows));
      }
      return all;
    }
  }

  /** The first row, or null. */
  public static <T> @Nullable T first(
      Connection connection, Row<T> each, String sql, @Nullable Object... values)
      throws SQLException {
    List<T> rows = rows(connection, each, sql, values);
    return rows.isEmpty() ? null : rows.get(0);
  }

  /** The one number that a query gives; 0 for NULL. */
  public static long number(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    Long number = first(connection, row -> row.getLong(1), sql, values);
    return number == null ? 0 : number;
  }

  /** The one text that a query gives; empty for NULL. */
  public static String text(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    String text =
        first(connection, row -> row.getString(1) == null ? "" : row.getString(1), sql, values);
    return text == null ? "" : text;
  }

  /** The one truth that a query gives. */
  public static boolean isTrue(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    return Boolean.TRUE.equals(first(connection, row -> row.getBoolean(1), sql, values));
  }

  private static PreparedStatement prepared(
      Connection connection, String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }
}
