package io.shardjdbc.deadlock;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.DecisionLock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks one server who waits for a lock in its database, and who has it.
 *
 * <p>The server itself says who blocks whom, with those who only stand in front of somebody in a
 * queue. Of prepared transactions it says that there is one: those are found by their locks on the
 * same thing, in a mode that conflicts.
 */
final class WaitsQuery {

  /** The modes that a waiter's mode conflicts with, as the manual's table of them has it. */
  private static final String CONFLICTS =
      """
      (VALUES ('AccessShareLock', '{AccessExclusiveLock}'::text[]),
              ('RowShareLock', '{ExclusiveLock,AccessExclusiveLock}'),
              ('RowExclusiveLock',
               '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
              ('ShareUpdateExclusiveLock',
               '{ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,\
      AccessExclusiveLock}'),
              ('ShareLock',
               '{RowExclusiveLock,ShareUpdateExclusiveLock,ShareRowExclusiveLock,ExclusiveLock,\
      AccessExclusiveLock}'),
              ('ShareRowExclusiveLock',
               '{RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,\
      ExclusiveLock,AccessExclusiveLock}'),
              ('ExclusiveLock',
               '{RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,\
      ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
              ('AccessExclusiveLock',
               '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,\
      ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'))
      """;

  private static final String THING =
      "(%1$s.locktype, %1$s.database, %1$s.relation, %1$s.page, %1$s.tuple, %1$s.virtualxid,"
          + " %1$s.transactionid, %1$s.classid, %1$s.objid, %1$s.objsubid)";

  private static final String SQL =
      """
      WITH locks AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks),
      marks AS (
        SELECT pid, virtualtransaction AS part, pg_catalog.min(%s) AS number
        FROM locks WHERE %s GROUP BY pid, virtualtransaction),
      waits AS (
        SELECT w.*, a.usename, pg_catalog.pg_blocking_pids(w.pid) AS blockers
        FROM locks w JOIN pg_catalog.pg_stat_activity a USING (pid)
        WHERE NOT w.granted AND w.waitstart IS NOT NULL AND NOT (%s)
          AND a.datname = pg_catalog.current_database()),
      pairs AS (
        SELECT w.pid, w.waitstart, w.locktype, w.relation, w.mode, blocker, NULL::text AS part
        FROM waits w, unnest(w.blockers) blocker WHERE blocker <> 0
        UNION
        SELECT w.pid, w.waitstart, w.locktype, w.relation, w.mode, 0, h.virtualtransaction
        FROM waits w
        JOIN locks h ON 0 = ANY (w.blockers) AND h.pid IS NULL AND h.granted
          AND %s IS NOT DISTINCT FROM %s
        JOIN %s c (mode, others) ON c.mode = w.mode AND h.mode = ANY (c.others))
      SELECT (extract(epoch FROM p.waitstart) * 1000000)::int8,
             extract(epoch FROM clock_timestamp() - p.waitstart)::float8,
             p.mode || ' on ' || coalesce(p.relation::regclass::text, p.locktype),
             p.pid, wm.number, NULL, NULL, wa.usename::text,
             extract(epoch FROM wa.xact_start)::float8,
             extract(epoch FROM clock_timestamp() - wa.xact_start)::float8,
             coalesce(wa.query, ''),
             p.blocker, coalesce(bm.number, pm.number), p.part, x.gid,
             coalesce(ba.usename, x.owner)::text,
             extract(epoch FROM coalesce(ba.xact_start, x.prepared))::float8,
             extract(epoch FROM clock_timestamp() - coalesce(ba.xact_start, x.prepared))::float8,
             CASE WHEN ba.state = 'active' THEN ba.query ELSE '' END
      FROM pairs p
      LEFT JOIN marks wm ON wm.pid = p.pid
      LEFT JOIN pg_catalog.pg_stat_activity wa ON wa.pid = p.pid
      LEFT JOIN marks bm ON bm.pid = p.blocker
      LEFT JOIN pg_catalog.pg_stat_activity ba ON ba.pid = p.blocker
      LEFT JOIN marks pm ON p.blocker = 0 AND pm.pid IS NULL AND pm.part = p.part
      LEFT JOIN locks t ON p.blocker = 0 AND t.pid IS NULL AND t.virtualtransaction = p.part
        AND t.locktype = 'transactionid' AND t.mode = 'ExclusiveLock'
      LEFT JOIN pg_catalog.pg_prepared_xacts x ON x.transaction = t.transactionid
      """
          .formatted(
              TransactionMark.NUMBER,
              TransactionMark.isKey(TransactionMark.MARK),
              DecisionLock.IS_ONE,
              sameThing("h"),
              sameThing("w"),
              CONFLICTS);

  private static final String SAID =
      "SELECT query FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database()"
          + " AND application_name = '"
          + WaitLink.NAME
          + "' AND pid <> pg_catalog.pg_backend_pid() AND query LIKE '"
          + Published.LIKE
          + "'";

  private WaitsQuery() {}

  private static String sameThing(String alias) {
    return THING.formatted(alias);
  }

  /**
   * All waits in its database now.
   *
   * @param words that go before the text of the question
   */
  static List<Wait> on(ShardId shard, Connection connection, String words) throws SQLException {
    List<Wait> waits = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(words + SQL)) {
      while (row.next()) {
        waits.add(Wait.of(shard, row));
      }
    }
    return waits;
  }

  /** What other processes let everybody know. */
  static List<Published> said(Connection connection, String words) throws SQLException {
    List<Published> all = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(words + SAID)) {
      while (row.next()) {
        all.addAll(Published.parse(row.getString(1)));
      }
    }
    return all;
  }
}
