package io.shardjdbc.copy;

import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * COPY TO STDOUT of one shard after the other.
 *
 * <p>A server sends each row, a header of text or csv, and the trailer of the binary format in a
 * message of its own, and the header of the binary format at the start of its first one. The first
 * shard's header is kept, and the last one's trailer.
 */
final class CopyOut {

  private static final int BINARY_HEADER = 19;

  private final Session session;
  private final DirectRoute route;
  private final CopyFormat format;

  CopyOut(Session session, DirectRoute route, CopyFormat format) {
    this.session = session;
    this.route = route;
    this.format = format;
  }

  long run(OutputStream to) throws SQLException, IOException {
    long rows = 0;
    int last = route.statements().size() - 1;
    for (int i = 0; i <= last; i++) {
      ShardStatement statement = route.statements().get(i);
      Held held = session.hold(statement.shard(), route);
      org.postgresql.copy.CopyOut copy = null;
      try {
        held.used();
        copy = held.connection().unwrap(PGConnection.class).getCopyAPI().copyOut(statement.sql());
        rows += stream(copy, to, i == 0, i == last);
      } catch (SQLException e) {
        throw session.failed(held, e);
      } finally {
        if (copy != null && copy.isActive() && !Fence.BROKEN_EXCHANGES.isOut()) {
          session.cut(held);
        }
        session.release(held);
      }
    }
    return rows;
  }

  private long stream(
      org.postgresql.copy.CopyOut copy, OutputStream to, boolean first, boolean last)
      throws SQLException, IOException {
    boolean binary = format.isBinary();
    boolean start = true;
    byte[] message;
    while ((message = copy.readFromCopy()) != null) {
      int from = 0;
      if (start && !first) {
        from = binary ? BINARY_HEADER : format.header() ? message.length : 0;
      }
      start = false;
      int end = message.length;
      boolean trailer = binary && isTrailer(message);
      if (trailer && !last) {
        end -= 2;
      }
      if (end > from) {
        to.write(message, from, end - from);
      }
    }
    return copy.getHandledRowCount();
  }

  /** A trailer alone, or behind the header where there are no rows. */
  private static boolean isTrailer(byte[] message) {
    int length = message.length;
    return (length == 2 || length == BINARY_HEADER + 2)
        && message[length - 1] == (byte) 0xFF
        && message[length - 2] == (byte) 0xFF
        && (length == 2 || message[0] == 'P');
  }
}
