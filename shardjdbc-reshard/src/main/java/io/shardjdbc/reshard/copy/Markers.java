package io.shardjdbc.reshard.copy;

import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A row that is sent behind all others: where it shows, all that was committed before it has been
 * applied, since a subscription applies transactions in the order of their commits.
 */
public record Markers(int move) {

  /** Writes the next one; its number. */
  public long send(Connection publisher) throws SQLException {
    return Sql.number(
        publisher,
        "INSERT INTO shardjdbc.marker (move, number) SELECT ?, coalesce(max(number), 0) + 1 FROM"
            + " shardjdbc.marker WHERE move = ? RETURNING number",
        move,
        move);
  }

  public boolean hasCome(Connection subscriber, long number) throws SQLException {
    return Sql.isTrue(
        subscriber,
        "SELECT EXISTS (SELECT FROM shardjdbc.marker WHERE move = ? AND number = ?)",
        move,
        number);
  }

  /** Removes all of them from a server to which no stream brings them any more. */
  public void clear(Connection connection) throws SQLException {
    Sql.run(connection, "DELETE FROM shardjdbc.marker WHERE move = ?", move);
  }
}
