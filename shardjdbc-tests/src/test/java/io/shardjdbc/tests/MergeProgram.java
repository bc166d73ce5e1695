package io.shardjdbc.tests;

import io.shardjdbc.ShardDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads many rows of several shards, and says what it has seen. */
final class MergeProgram {

  private MergeProgram() {}

  public static void main(String[] arguments) throws Exception {
    try (ShardDataSource dataSource = ShardDataSource.open(Path.of(arguments[0]));
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(500);
      System.out.println("sorted " + read(statement, "SELECT n, filler FROM numbers ORDER BY n"));
      System.out.println(
          "descending "
              + read(statement, "SELECT -n, filler FROM numbers ORDER BY n DESC LIMIT 100000"));
      System.out.println(
          "grouped "
              + read(
                  statement,
                  "SELECT n % 1000, count(*), sum(n), avg(n) FROM numbers GROUP BY 1 ORDER BY 1"));
      statement.setMaxRows(10);
      System.out.println("cut " + read(statement, "SELECT n, filler FROM numbers ORDER BY n"));
      statement.setMaxRows(0);
      try {
        read(statement, "SELECT max(n), string_agg(filler, '') FROM numbers");
        System.out.println("gathered too much");
      } catch (SQLException e) {
        System.out.println("capped " + e.getMessage());
      }
    }
    System.out.println("done");
  }

  /** How many rows there are, if each has a number that is not less than the one before. */
  private static long read(Statement statement, String sql) throws SQLException {
    long rows = 0;
    long last = Long.MIN_VALUE;
    try (ResultSet numbers = statement.executeQuery(sql)) {
      while (numbers.next()) {
        long number = numbers.getLong(1);
        if (number < last || numbers.getString(2).isEmpty()) {
          throw new IllegalStateException("row " + rows + " is out of order: " + number);
        }
        last = number;
        rows++;
      }
    }
    return rows;
  }
}
