package io.shardjdbc.reshard.flip;

import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Who keeps the owner from being changed. */
final class Blockers {

  private static final String SESSIONS =
      """
      SELECT format('session %s of %s, %s s old, %s%s (end it: SELECT pg_terminate_backend(%s))',
          l.pid, coalesce(nullif(a.application_name, ''), 'no name'),
          floor(extract(epoch FROM clock_timestamp() - a.xact_start)), coalesce(a.state, 'unknown'),
          coalesce(': ' || nullif(trim(substring(left(a.query, 200) FROM '^[A-Za-z_. ]*')), ''), ''), l.pid)
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.pid IS NOT NULL
          AND l.classid::bigint = %5$d AND l.objid::bigint = ? AND l.mode = 'ShareLock'
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      UNION ALL
      SELECT format('prepared transaction %1$s of %2$s, %3$s s old (end it: ROLLBACK PREPARED %1$L)',
          p.gid, p.owner, floor(extract(epoch FROM clock_timestamp() - p.prepared)))
        FROM pg_locks l
        JOIN pg_locks x ON x.virtualtransaction = l.virtualtransaction AND x.pid IS NULL
          AND x.locktype = 'transactionid' AND x.mode = 'ExclusiveLock'
        JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
        WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.pid IS NULL
          AND l.classid::bigint = %5$d AND l.objid::bigint = ?
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """
          .replace("%5$d", String.valueOf(ControlSchema.MOVE_LOCKS));

  private static final String STEPS = "shardjdbc.saga_step";

  private Blockers() {}

  /**
   * The writers that hold the move's lock, in words: of what they run only the words before the
   * first value.
   */
  static String of(Connection connection, int move) throws SQLException {
    List<String> blockers = Sql.rows(connection, row -> row.getString(1), SESSIONS, move, move);
    return blockers.isEmpty() ? "they have ended since" : String.join("; ", blockers);
  }

  /**
   * Transactions that have locked rows of the tables without writing, or have read them in
   * serializable mode: what they rely on would not be kept by the new owner.
   */
  static List<String> rowLockers(Connection connection, List<MovedTable> tables)
      throws SQLException {
    String list =
        tables.stream()
            .map(table -> "'" + table.sql().replace("'", "''") + "'::regclass")
            .collect(Collectors.joining(", "));
    return Sql.rows(
        connection,
        row -> row.getString(1),
        "SELECT DISTINCT l.virtualtransaction FROM pg_locks l WHERE l.mode IN ('RowShareLock',"
            + " 'SIReadLock') AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE"
            + " datname = current_database()) AND l.relation IN (SELECT t.relid FROM unnest(ARRAY["
            + list
            + "]) r, pg_partition_tree(r) t UNION SELECT unnest(ARRAY["
            + list
            + "]))");
  }

  static boolean haveEnded(Connection connection, List<MovedTable> tables, List<String> before)
      throws SQLException {
    if (before.isEmpty()) {
      return true;
    }
    List<String> still = new ArrayList<>(rowLockers(connection, tables));
    still.retainAll(before);
    return still.isEmpty();
  }

  /**
   * Entries that lie with rows and would not move with them; empty if there are none. Writers of
   * the rows have ended, so an entry that one of them has made is seen.
   */
  static String journal(Connection connection, List<MovedTable> tables) throws SQLException {
    if (!Sql.isTrue(connection, "SELECT to_regclass(?) IS NOT NULL", STEPS)) {
      return "";
    }
    boolean moves = tables.stream().anyMatch(MovedTable::isRecord);
    String left = moves ? " WHERE table_name IS NULL" : "";
    return Sql.isTrue(connection, "SELECT EXISTS (SELECT FROM " + STEPS + left + ")")
        ? STEPS
            + (moves
                ? " has entries of an earlier release, which do not move"
                : " was not there when the move began, which has to be aborted")
        : "";
  }
}
