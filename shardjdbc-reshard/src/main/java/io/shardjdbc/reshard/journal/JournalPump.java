package io.shardjdbc.reshard.journal;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Pipe;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Brings the rows that the journal of one side names to the other side, as they are now.
 *
 * <p>It looks at one moment of the side that has the rows: which keys the journal has, and what
 * lies under them. On the other side all rows under these keys are replaced in one transaction;
 * then the keys leave the journal. A mover that dies in between leaves them in it, and they are
 * brought once more. A marker comes along once no key is left that was there when it was sent.
 */
public final class JournalPump implements Markers.Pump, AutoCloseable {

  /** Keys of a table at a time: enough to pay for the way, few enough to be redone. */
  private static final long KEYS = 5_000;

  /** Whoever waits for a marker looks at his clock now and then. */
  private static final int ROUNDS = 20;

  private static final String UNIQUE = "23505";

  private final Session session;
  private final List<KeyedTable> tables;
  private final Positions positions;
  private final int marker;
  private final Runnable read;

  private JournalPump(
      Session session, List<KeyedTable> tables, Positions positions, int marker, Runnable read) {
    this.session = session;
    this.tables = tables;
    this.positions = positions;
    this.marker = marker;
    this.read = read;
  }

  /**
   * What is brought, and between whom.
   *
   * @param marker the number under which markers are sent
   * @param read hears that something was read and not yet written
   */
  public record Way(
      int move, ShardId from, ShardId to, Positions positions, int marker, Runnable read) {}

  /** A pump on two connections of its own. */
  public static JournalPump open(Servers servers, Way way, List<MovedTable> tables)
      throws SQLException {
    Connection from = servers.open(way.from());
    try {
      Connection to = servers.open(way.to());
      try {
        Session session = new Session(way.move(), servers.mover(), from, to);
        List<KeyedTable> keyed = KeyedTable.of(from, tables);
        session.begin();
        session.byIndex();
        for (KeyedTable table : keyed) {
          Sql.run(
              to,
              "CREATE TEMP TABLE "
                  + keys(table)
                  + " ON COMMIT DELETE ROWS AS SELECT "
                  + table.keyColumns()
                  + " FROM "
                  + table.name()
                  + " WITH NO DATA");
        }
        session.commit();
        return new JournalPump(session, keyed, way.positions(), way.marker(), way.read());
      } catch (SQLException | RuntimeException e) {
        to.close();
        throw e;
      }
    } catch (SQLException | RuntimeException e) {
      from.close();
      throw e;
    }
  }

  /** Brings all that is there now, unless that is very much; more may have come meanwhile. */
  @Override
  public void work() throws SQLException {
    for (int round = 0; round < ROUNDS; round++) {
      if (once(KEYS)) {
        return;
      }
    }
  }

  /**
   * Rows of one moment do not collide with each other, but with a row that waits for its turn they
   * may.
   *
   * @return whether it has brought all that there was at its moment
   */
  private boolean once(long most) throws SQLException {
    try {
      return bring(most);
    } catch (PSQLException e) {
      session.rollback();
      if (!UNIQUE.equals(e.getSQLState()) || most == Long.MAX_VALUE) {
        throw isOfRow(e) ? stopped(session.move(), e) : e;
      }
      return once(Long.MAX_VALUE);
    } catch (SQLException e) {
      session.rollback();
      throw e;
    }
  }

  private boolean bring(long most) throws SQLException {
    Sql.run(session.from(), "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    long sent =
        Sql.number(
            session.from(), "SELECT max(number) FROM shardjdbc.marker WHERE move = ?", marker);
    boolean all = true;
    boolean found = false;
    for (KeyedTable table : tables) {
      Taken taken = upTo(table, most);
      all &= taken.keys() < most;
      if (taken.keys() > 0) {
        if (!found) {
          read.run();
          session.keep();
          found = true;
        }
        bring(table, taken.last());
      }
    }
    if (all && sent > 0) {
      if (!found) {
        session.keep();
      }
      Sql.run(
          session.to(),
          "INSERT INTO shardjdbc.marker (move, number) VALUES (?, ?) ON CONFLICT DO NOTHING",
          marker,
          sent);
    }
    session.commit();
    return all;
  }

  /** How many keys are taken, and the number of the last one. */
  private record Taken(long keys, long last) {}

  private Taken upTo(KeyedTable table, long most) throws SQLException {
    Taken taken =
        Sql.first(
            session.from(),
            row -> new Taken(row.getLong(1), row.getLong(2)),
            "SELECT count(*), max("
                + Journal.NUMBER
                + ") FROM (SELECT "
                + Journal.NUMBER
                + " FROM "
                + journal(table)
                + " ORDER BY 1 LIMIT "
                + most
                + ") n");
    return taken == null ? new Taken(0, 0) : taken;
  }

  private void bring(KeyedTable table, long last) throws SQLException {
    String upTo = " FROM " + journal(table) + " WHERE " + Journal.NUMBER + " <= " + last;
    String key = "(" + table.keyColumns() + ")";
    Pipe.bring(
        session.from(),
        "COPY (SELECT DISTINCT " + table.keyColumns() + upTo + ") TO STDOUT",
        session.to(),
        "COPY " + keys(table) + " FROM STDIN");
    String where = " WHERE " + key + " IN (SELECT " + table.keyColumns();
    Sql.run(
        session.to(),
        "DELETE FROM "
            + table.name()
            + where
            + " FROM "
            + keys(table)
            + ") AND "
            + table.in(positions));
    Pipe.bring(
        session.from(),
        "COPY (SELECT "
            + table.allColumns()
            + " FROM "
            + table.name()
            + where
            + upTo
            + ") AND "
            + table.in(positions)
            + ") TO STDOUT",
        session.to(),
        "COPY " + table.name() + " (" + table.allColumns() + ") FROM STDIN");
    Sql.run(session.from(), "DELETE" + upTo);
  }

  private String journal(KeyedTable table) {
    return Journal.name(session.move(), table.table());
  }

  private static String keys(KeyedTable table) {
    return "pg_temp.keys_" + table.table().number();
  }

  /** What the other side cannot take, however often it is brought. */
  static boolean isOfRow(PSQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("23") || state.startsWith("22"));
  }

  /** Names the constraint, and never a value. */
  static ReshardException stopped(int move, PSQLException e) {
    ServerErrorMessage message = e.getServerErrorMessage();
    String constraint = message == null ? null : message.getConstraint();
    return new ReshardException(
        ErrorCode.COPY_STOPPED,
        move,
        "a row is refused with "
            + e.getSQLState()
            + (constraint == null ? "" : " by " + constraint));
  }

  @Override
  public void close() throws SQLException {
    try (Connection from = session.from();
        Connection to = session.to()) {
      if (!from.isClosed() && !to.isClosed()) {
        session.rollback();
      }
    }
  }
}
