package io.shardjdbc.reshard.copy;

import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A row that is sent behind all others: where it shows, all that was committed before it has been
 * applied, since both a subscription and a pump apply it after what was committed before.
 *
 * @param pump what has to be worked for rows to come at all
 */
public record Markers(int move, Pump pump) {

  /** Brings what has been committed, where no server does it by itself. */
  @FunctionalInterface
  public interface Pump {
    /** Servers bring it by themselves. */
    Pump NONE = () -> {};

    /** Brings some of it. */
    void work() throws SQLException;
  }

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
    pump.work();
    return Sql.isTrue(
        subscriber,
        "SELECT EXISTS (SELECT FROM shardjdbc.marker WHERE move = ? AND number = ?)",
        move,
        number);
  }

  /** Removes all of them from a server to which nothing brings them any more. */
  public static void clear(Connection connection, int move) throws SQLException {
    Sql.run(connection, "DELETE FROM shardjdbc.marker WHERE move IN (?, ?)", move, -move);
  }
}
