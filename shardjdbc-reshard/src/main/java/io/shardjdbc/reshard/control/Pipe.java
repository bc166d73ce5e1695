package io.shardjdbc.reshard.control;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** Brings what one COPY gives to another one, on another server. */
public final class Pipe {

  private Pipe() {}

  /**
   * Brings all of it.
   *
   * @param given a COPY TO STDOUT
   * @param taken a COPY FROM STDIN of the same columns
   * @return how much there was
   */
  public static Amount bring(Connection from, String given, Connection to, String taken)
      throws SQLException {
    CopyOut out = manager(from).copyOut(given);
    try {
      CopyIn in = manager(to).copyIn(taken);
      try {
        long bytes = 0;
        byte[] row;
        while ((row = out.readFromCopy()) != null) {
          in.writeToCopy(row, 0, row.length);
          bytes += row.length;
        }
        return new Amount(in.endCopy(), bytes);
      } finally {
        if (in.isActive()) {
          in.cancelCopy();
        }
      }
    } finally {
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
  }

  /** How much was brought. */
  public record Amount(long rows, long bytes) {}

  private static CopyManager manager(Connection connection) throws SQLException {
    return Objects.requireNonNull(connection.unwrap(PGConnection.class)).getCopyAPI();
  }
}
