package io.shardjdbc.reshard.verify;

import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** The formats in which values are compared as text. */
public final class Formats {

  private Formats() {}

  /** Lets a session write values as every other one does that compares. */
  public static void fix(Connection connection) throws SQLException {
    Sql.rows(
        connection,
        row -> row.getString(1),
        "SELECT set_config(name, value, false) FROM (VALUES ('DateStyle', 'ISO, YMD'),"
            + " ('TimeZone', 'UTC'), ('IntervalStyle', 'iso_8601'), ('extra_float_digits', '3'),"
            + " ('bytea_output', 'hex'), ('xmloption', 'content')) v (name, value)");
  }
}
