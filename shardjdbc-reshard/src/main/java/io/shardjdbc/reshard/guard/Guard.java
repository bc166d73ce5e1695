package io.shardjdbc.reshard.guard;

import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.ShortLocks;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The triggers of one move on one server.
 *
 * <p>Each row that is written is looked at by a generated function, which knows the positions. A
 * trigger with a WHEN would be parsed anew in each statement: with 150 ranges that costs every
 * writer of the table 122 us, the function 3.5. An UPDATE is looked at by its old row and its new
 * one, since a new key could take a row away. For a row that moves, {@code shardjdbc.enter} takes
 * the move's lock and asks the move's phase, once a transaction.
 *
 * <p>Triggers do not fire for what logical replication applies, so rows can be copied past them.
 * TRUNCATE is refused for as long as the guard is there: replicated, it would empty the other
 * shard's table.
 */
public final class Guard {

  private final int move;
  private final List<MovedTable> tables;
  private final boolean comes;

  public Guard(int move, List<MovedTable> tables) {
    this(move, tables, false);
  }

  private Guard(int move, List<MovedTable> tables, boolean comes) {
    this.move = move;
    this.tables = tables;
    this.comes = comes;
  }

  /** The same where rows come key by key: none is written at a position that has not come. */
  public Guard ofComing() {
    return new Guard(move, tables, true);
  }

  /**
   * Puts it up; what is there is left alone. It waits for writers that are under way, and keeps
   * others waiting for moments only.
   *
   * @return false if it did not come to its lock in time
   */
  public boolean install(Connection connection, Positions positions, Duration allowed)
      throws SQLException {
    Patience patience = Patience.of(allowed);
    for (MovedTable table : tables) {
      Sql.run(connection, function(table, look(table, positions)));
      String trigger =
          "CREATE TRIGGER "
              + rowTrigger()
              + " BEFORE INSERT OR UPDATE OR DELETE ON "
              + table.sql()
              + " FOR EACH ROW EXECUTE FUNCTION "
              + name(table)
              + "()";
      if (!has(connection, table.sql(), rowTrigger())
          && !ShortLocks.run(connection, trigger, patience)) {
        return false;
      }
      for (String part : parts(connection, table)) {
        String keep =
            "CREATE TRIGGER "
                + truncateTrigger()
                + " BEFORE TRUNCATE ON "
                + part
                + " FOR EACH STATEMENT EXECUTE FUNCTION shardjdbc.keep()";
        if (!has(connection, part, truncateTrigger())
            && !ShortLocks.run(connection, keep, patience)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Takes it away. First it lets everything pass, which needs no lock.
   *
   * @return false if it did not come to its lock in time
   */
  public boolean remove(Connection connection, Duration allowed) throws SQLException {
    Patience patience = Patience.of(allowed);
    for (MovedTable table : tables) {
      if (Sql.isTrue(connection, "SELECT to_regproc(?) IS NOT NULL", name(table))) {
        Sql.run(connection, function(table, ""));
      }
      for (String part : parts(connection, table)) {
        if (has(connection, part, truncateTrigger())
            && !ShortLocks.run(connection, drop(truncateTrigger(), part), patience)) {
          return false;
        }
      }
      if (has(connection, table.sql(), rowTrigger())
          && !ShortLocks.run(connection, drop(rowTrigger(), table.sql()), patience)) {
        return false;
      }
      Sql.run(connection, "DROP FUNCTION IF EXISTS " + name(table) + "()");
    }
    return true;
  }

  private String function(MovedTable table, String look) {
    return "CREATE OR REPLACE FUNCTION "
        + name(table)
        + "() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        + look
        + " IF tg_op OPERATOR(pg_catalog.=) 'DELETE' THEN RETURN old; END IF;"
        + " RETURN new; END $guard$";
  }

  private String look(MovedTable table, Positions positions) {
    return "IF coalesce(pg_catalog.current_setting('shardjdbc.m"
        + move
        + "', true), '') OPERATOR(pg_catalog.<>) 'ok' AND ((tg_op OPERATOR(pg_catalog.<>) 'DELETE'"
        + " AND "
        + table.in("new.", positions)
        + ") OR (tg_op OPERATOR(pg_catalog.<>) 'INSERT' AND "
        + table.in("old.", positions)
        + ")) THEN PERFORM shardjdbc.enter("
        + move
        + "); END IF;"
        + (comes ? lookForCome(table, positions) : "");
  }

  /** Each row is looked at: that one has come says nothing of another one. */
  private String lookForCome(MovedTable table, Positions positions) {
    return " IF tg_op OPERATOR(pg_catalog.<>) 'DELETE' AND "
        + table.in("new.", positions)
        + " THEN PERFORM shardjdbc.require_come("
        + move
        + ", pg_catalog."
        + table.position("new.")
        + "); END IF;";
  }

  private static boolean has(Connection connection, String table, String trigger)
      throws SQLException {
    return Sql.isTrue(
        connection,
        "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ?::regclass"
            + " AND quote_ident(tgname) = ?)",
        table,
        trigger);
  }

  /** The table, and each partition of it: TRUNCATE of a partition fires its own trigger only. */
  private static List<String> parts(Connection connection, MovedTable table) throws SQLException {
    List<String> parts =
        Sql.rows(
            connection,
            row -> row.getString(1),
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_partition_tree(?::regclass) t"
                + " JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace",
            table.sql());
    return parts.isEmpty() ? List.of(table.sql()) : parts;
  }

  private static String drop(String trigger, String table) {
    return "DROP TRIGGER IF EXISTS " + trigger + " ON " + table;
  }

  /** Sorts behind all others, so that it sees the row as it will be stored. */
  private String rowTrigger() {
    return "\"~shardjdbc_m" + move + "\"";
  }

  private String truncateTrigger() {
    return "\"~shardjdbc_t" + move + "\"";
  }

  private String name(MovedTable table) {
    return "shardjdbc.m" + move + "_" + table.number();
  }
}
