package io.shardjdbc.reshard.journal;

import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.ShortLocks;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What has been written of the rows of one move on one server: a table of keys for each table that
 * moves, and the triggers that fill it.
 *
 * <p>It has keys and no rows, since whoever reads it reads the rows as they are then. So the order
 * in which writers commit does not matter, nor how often a key is in it. Triggers run as who put
 * them up, so that writers need no rights on it; and not for what a mover brings, in the role of
 * replication, so that it does not come back.
 */
public final class Journal {
  private final int move;
  private final List<MovedTable> tables;

  public Journal(int move, List<MovedTable> tables) {
    this.move = move;
    this.tables = tables;
  }

  /** Tables of which no row can be named. */
  public static List<String> lacking(Connection connection, List<MovedTable> tables)
      throws SQLException {
    List<String> lacking = new ArrayList<>();
    for (MovedTable table : tables) {
      if (KeyedTable.key(connection, table).isEmpty()) {
        lacking.add(KeyedTable.lacksKey(table));
      }
    }
    return lacking;
  }

  /**
   * Begins it; what is there is left alone. Whatever was written before has been committed when
   * this returns, and is read with the rows; whatever is written later is in the journal.
   *
   * @return false if a writer that is under way does not end in time
   */
  public boolean begin(Connection connection, Positions positions, Duration allowed)
      throws SQLException {
    Patience patience = Patience.of(allowed);
    for (KeyedTable table : KeyedTable.of(connection, tables)) {
      String journal = name(move, table.table());
      if (!Sql.isTrue(connection, "SELECT to_regclass(?) IS NOT NULL", journal)) {
        Sql.run(
            connection,
            "CREATE TABLE "
                + journal
                + " AS SELECT "
                + table.keyColumns()
                + ", 0::bigint AS "
                + NUMBER
                + " FROM "
                + table.name()
                + " WITH NO DATA");
      }
      Sql.run(
          connection,
          "CREATE SEQUENCE IF NOT EXISTS "
              + sequence(journal)
              + " OWNED BY "
              + journal
              + "."
              + NUMBER);
      Sql.run(
          connection,
          "CREATE INDEX IF NOT EXISTS "
              + journal.replaceFirst(".*\\.", "")
              + "_i ON "
              + journal
              + " ("
              + NUMBER
              + ")");
      Sql.run(connection, function(table, positions, journal));
      String trigger =
          "CREATE TRIGGER "
              + trigger()
              + " AFTER INSERT OR UPDATE OR DELETE ON "
              + table.name()
              + " FOR EACH ROW EXECUTE FUNCTION "
              + journal
              + "()";
      if (!has(connection, table.table()) && !ShortLocks.run(connection, trigger, patience)) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is there, for each table. */
  public boolean isThere(Connection connection) throws SQLException {
    for (MovedTable table : tables) {
      if (!Sql.isTrue(connection, "SELECT to_regclass(?) IS NOT NULL", name(move, table))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes it away.
   *
   * @return false if it did not come to its lock in time
   */
  public boolean end(Connection connection, Duration allowed) throws SQLException {
    Patience patience = Patience.of(allowed);
    for (MovedTable table : tables) {
      String drop = "DROP TRIGGER IF EXISTS " + trigger() + " ON " + table.sql();
      if (has(connection, table) && !ShortLocks.run(connection, drop, patience)) {
        return false;
      }
      String journal = name(move, table);
      Sql.run(connection, "DROP FUNCTION IF EXISTS " + journal + "()");
      Sql.run(connection, "DROP TABLE IF EXISTS " + journal);
    }
    return true;
  }

  /** The order in which keys were written down, beside the columns of a key. */
  static final String NUMBER = "\"~number\"";

  static String name(int move, MovedTable table) {
    return "shardjdbc.j" + move + "_" + table.number();
  }

  private static String sequence(String journal) {
    return journal + "_n";
  }

  private boolean has(Connection connection, MovedTable table) throws SQLException {
    return Sql.isTrue(
        connection,
        "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ?::regclass"
            + " AND quote_ident(tgname) = ?)",
        table.sql(),
        trigger());
  }

  /** A new key takes a row from one place to another: both are written down. */
  private static String function(KeyedTable table, Positions positions, String journal) {
    String insert =
        "INSERT INTO " + journal + " (" + table.keyColumns() + ", " + NUMBER + ") VALUES (";
    String number = ", nextval('" + sequence(journal) + "')); END IF;";
    return "CREATE OR REPLACE FUNCTION "
        + journal
        + "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        + " SET search_path = pg_catalog, pg_temp AS $journal$ BEGIN"
        + " IF tg_op <> 'INSERT' AND "
        + positions.condition(table.table().position("old."))
        + " THEN "
        + insert
        + table.keyOf("old.")
        + number
        + " IF tg_op <> 'DELETE' AND "
        + positions.condition(table.table().position("new."))
        + " AND (tg_op = 'INSERT' OR ROW("
        + table.keyTextOf("new.")
        + ") IS DISTINCT FROM ROW("
        + table.keyTextOf("old.")
        + ")) THEN "
        + insert
        + table.keyOf("new.")
        + number
        + " RETURN NULL; END $journal$";
  }

  private String trigger() {
    return "\"~shardjdbc_j" + move + "\"";
  }
}
