package io.shardjdbc.examples.instagram;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * How many rows, and a number that differs when a value of any of them differs; the order of the
 * rows does not matter.
 */
public record Checksum(long rows, long sum) {

  public static final Checksum NONE = new Checksum(0, 0);

  private static final int ROWS_AT_A_TIME = 5_000;

  /** Of all rows of a table, as the connection shows it. */
  public static Checksum of(Connection connection, String table) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(ROWS_AT_A_TIME);
      Checksum checksum = NONE;
      try (ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
        int columns = row.getMetaData().getColumnCount();
        while (row.next()) {
          long hash = 0;
          for (int column = 1; column <= columns; column++) {
            hash = mix(hash, row.getString(column));
          }
          checksum = checksum.plus(new Checksum(1, hash));
        }
      }
      connection.commit();
      return checksum;
    }
  }

  /** Of posts in their order. */
  static Checksum of(List<Post> posts) {
    long hash = 0;
    for (Post post : posts) {
      hash = mix(hash, post.toString());
    }
    return new Checksum(posts.size(), hash);
  }

  public Checksum plus(Checksum other) {
    return new Checksum(rows + other.rows, sum + other.sum);
  }

  private static long mix(long hash, String text) {
    long mixed = hash * 31 + 7;
    for (int i = 0; i < text.length(); i++) {
      mixed = (mixed ^ text.charAt(i)) * 0x100000001b3L;
    }
    return mixed ^ (mixed >>> 32);
  }

  @Override
  public String toString() {
    return String.format("%016x", sum);
  }
}
