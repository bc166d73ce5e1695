package io.shardjdbc.execute;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Which columns of written rows the caller wants back as generated keys. */
public sealed interface ReturnedKeys {

  /** The choices that name no column. */
  enum Simple implements ReturnedKeys {
    NONE,
    /** What the driver takes for the generated ones: all columns. */
    ALL
  }

  /** Columns by name. */
  final class Named implements ReturnedKeys {
    private final String[] columns;

    public Named(String[] columns) {
      this.columns = columns.clone();
    }

    String[] columns() {
      return columns.clone();
    }
  }

  /** Columns by their positions in the table, from 1. */
  final class Positioned implements ReturnedKeys {
    private final int[] columns;

    public Positioned(int[] columns) {
      this.columns = columns.clone();
    }

    /** The positions, in the caller's order. */
    public int[] columns() {
      return columns.clone();
    }
  }

  /** Prepares a text that returns them. */
  default PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    return this instanceof Named named
        ? connection.prepareStatement(sql, named.columns)
        : connection.prepareStatement(
            sql, wanted() ? Statement.RETURN_GENERATED_KEYS : Statement.NO_GENERATED_KEYS);
  }

  /** Whether any are wanted. */
  default boolean wanted() {
    return !equals(Simple.NONE);
  }
}
