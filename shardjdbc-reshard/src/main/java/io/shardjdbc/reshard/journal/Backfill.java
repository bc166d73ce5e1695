package io.shardjdbc.reshard.journal;

import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Pipe;
import io.shardjdbc.reshard.control.Pipe.Amount;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.util.PSQLException;

/**
 * Copies the rows that were there when the journal began, some pages of a table at a time.
 *
 * <p>Which pages have been copied is written down where the rows come to, in the same transaction.
 * So whoever comes after a mover that was killed goes on behind them. A row that is changed
 * meanwhile may be read twice, or not at all; it is in the journal either way. While a table is
 * copied nobody can write it anew as a whole, which would number its pages anew; where somebody did
 * between two movers, its copy begins again.
 */
public final class Backfill implements AutoCloseable {

  /** Of 8 KB each. */
  private static final long PAGES = 512;

  private static final int TRIES = 5;
  private static final String UNIQUE = "23505";

  private final Session session;
  private final List<KeyedTable> tables;
  private final Positions positions;
  private final Markers.Pump pump;
  private final Between between;

  /** Hears of each piece. */
  public interface Between {
    /** The copy of a table, or of a partition, begins or goes on. */
    void begins(String part) throws SQLException;

    /** A piece of a table was copied; it may take its time before the next one. */
    void pieces(Amount piece) throws SQLException;
  }

  private Backfill(
      Session session,
      List<KeyedTable> tables,
      Positions positions,
      Markers.Pump pump,
      Between between) {
    this.session = session;
    this.tables = tables;
    this.positions = positions;
    this.pump = pump;
    this.between = between;
  }

  /** How far the copy of a part of a table is; null where it has not begun. */
  private record Part(String name, long file, long pages) {}

  /**
   * A copy on two connections of its own.
   *
   * @param pump brings what was changed, where a row collides with one that it follows
   */
  public static Backfill open(
      Servers servers,
      int move,
      ShardId source,
      ShardId target,
      List<MovedTable> tables,
      Positions positions,
      Markers.Pump pump,
      Between between)
      throws SQLException {
    Connection from = servers.open(source);
    try {
      Connection to = servers.open(target);
      try {
        Session session = new Session(move, servers.mover(), from, to);
        List<KeyedTable> keyed = KeyedTable.of(from, tables);
        session.begin();
        for (KeyedTable table : keyed) {
          Sql.run(
              to,
              "CREATE TEMP TABLE "
                  + rows(table)
                  + " ON COMMIT DELETE ROWS AS SELECT "
                  + table.allColumns()
                  + " FROM "
                  + table.name()
                  + " WITH NO DATA");
        }
        session.commit();
        return new Backfill(session, keyed, positions, pump, between);
      } catch (SQLException | RuntimeException e) {
        to.close();
        throw e;
      }
    } catch (SQLException | RuntimeException e) {
      from.close();
      throw e;
    }
  }

  /** Copies what is not copied yet. */
  public void run() throws SQLException {
    for (KeyedTable table : tables) {
      List<String> parts =
          Sql.rows(
              session.from(),
              row -> row.getString(1),
              "SELECT format('%I.%I', n.nspname, c.relname) FROM unnest("
                  + MovedTable.STORED
                  + ") t (relid) JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid ="
                  + " c.relnamespace ORDER BY 1",
              table.name());
      for (String part : parts) {
        copy(table, part);
      }
      session.commit();
    }
  }

  private void copy(KeyedTable table, String part) throws SQLException {
    Sql.run(session.from(), "LOCK TABLE " + part + " IN ACCESS SHARE MODE");
    long file =
        Sql.number(session.from(), "SELECT pg_relation_filenode(?::regclass)::bigint", part);
    long next = begun(part, file);
    long pages =
        Sql.number(
            session.from(),
            "SELECT pg_relation_size(?::regclass) / current_setting('block_size')::bigint",
            part);
    session.to().commit();
    between.begins(part);
    while (next < pages) {
      between.pieces(piece(table, part, next, TRIES));
      next += PAGES;
    }
  }

  /** From which page on. */
  private long begun(String part, long file) throws SQLException {
    Part begun =
        Sql.first(
            session.to(),
            row -> new Part(part, row.getLong(1), row.getLong(2)),
            "SELECT file, pages FROM shardjdbc.copied WHERE move = ? AND part = ?",
            session.move(),
            part);
    if (begun != null && begun.file() == file) {
      return begun.pages();
    }
    session.keep();
    Sql.run(
        session.to(),
        "INSERT INTO shardjdbc.copied (move, part, file) VALUES (?, ?, ?) ON CONFLICT (move, part)"
            + " DO UPDATE SET file = excluded.file, pages = 0, rows = 0, bytes = 0",
        session.move(),
        part,
        file);
    return 0;
  }

  private Amount piece(KeyedTable table, String part, long page, int tries) throws SQLException {
    try {
      session.keep();
      Amount read =
          Pipe.bring(
              session.from(),
              "COPY (SELECT %s FROM ONLY %s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)' AND %s) TO STDOUT"
                  .formatted(table.allColumns(), part, page, page + PAGES, table.in(positions)),
              session.to(),
              "COPY " + rows(table) + " FROM STDIN");
      Sql.run(
          session.to(),
          "INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s ON CONFLICT (%4$s) DO NOTHING"
              .formatted(table.name(), table.allColumns(), rows(table), table.keyColumns()));
      Sql.run(
          session.to(),
          "UPDATE shardjdbc.copied SET pages = ?, rows = rows + ?, bytes = bytes + ?"
              + " WHERE move = ? AND part = ?",
          page + PAGES,
          read.rows(),
          read.bytes(),
          session.move(),
          part);
      session.to().commit();
      return read;
    } catch (PSQLException e) {
      session.to().rollback();
      if (!JournalPump.isOfRow(e)) {
        throw e;
      }
      if (!UNIQUE.equals(e.getSQLState()) || tries == 0) {
        throw JournalPump.stopped(session.move(), e);
      }
    }
    pump.work(); // a row that is there as it was may be in the way
    return piece(table, part, page, tries - 1);
  }

  private static String rows(KeyedTable table) {
    return "pg_temp.rows_" + table.table().number();
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
