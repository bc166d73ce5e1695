package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.records.RecordTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The library's own records on the two servers of a move.
 *
 * <p>Records of sagas are copied like rows. Messages stay where they are, since their numbers are
 * counted by each server for itself: those that are added behind the flip wait until the earlier
 * ones of their key are delivered.
 */
final class Records {
  private static final String OWNER =
      "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('shardjdbc.saga')";

  private static final String OWN =
      "SELECT c.oid::regclass::text FROM pg_class c WHERE c.oid IN (to_regclass('shardjdbc.saga'),"
          + " to_regclass('shardjdbc.saga_step'), to_regclass('shardjdbc.outbox'),"
          + " to_regclass('shardjdbc.outbox_lease'), to_regclass('shardjdbc.outbox_behind'))"
          + " AND pg_get_userbyid(c.relowner) <> ?";

  private Records() {}

  static Reshaping reshaping(Servers servers, MapDocument map) throws SQLException {
    boolean sagas = false;
    for (ShardId shard : servers.shards()) {
      sagas = sagas || hasSagas(servers.kept(shard));
    }
    return new Reshaping(map, sagas && map.placements().containsKey(ShardMap.RECORDS));
  }

  /** Whether a server keeps sagas. */
  private static boolean hasSagas(Connection connection) throws SQLException {
    return Sql.isTrue(connection, "SELECT to_regclass('shardjdbc.saga') IS NOT NULL")
        && Sql.isTrue(connection, "SELECT EXISTS (SELECT FROM shardjdbc.saga)");
  }

  /** Sees to it that both servers have the tables, if one has them. */
  static void onBoth(Connection one, Connection other) throws SQLException {
    boolean here = Sql.isTrue(one, RecordTables.PRESENT);
    boolean there = Sql.isTrue(other, RecordTables.PRESENT);
    if (here || there) {
      String owner = Sql.text(here ? one : other, OWNER);
      for (Connection connection : List.of(one, other)) {
        create(connection, owner);
      }
    }
  }

  /** Whoever uses them on one server has to be able to use them on the other one. */
  private static void create(Connection connection, String owner) throws SQLException {
    boolean isThere = Sql.isTrue(connection, RecordTables.PRESENT);
    if (isThere && Sql.isTrue(connection, RecordTables.UP_TO_DATE)) {
      return;
    }
    connection.setAutoCommit(false);
    try {
      Sql.run(connection, "SELECT set_config('lock_timeout', '2s', true)");
      for (String sql : isThere ? RecordTables.UPGRADE : RecordTables.CREATE) {
        Sql.run(connection, sql);
      }
      if (!Sql.isTrue(connection, RecordTables.UP_TO_DATE)) {
        for (String sql : RecordTables.UPGRADE) {
          Sql.run(connection, sql);
        }
      }
      for (String table : Sql.rows(connection, row -> row.getString(1), OWN, owner)) {
        Sql.run(connection, "ALTER TABLE " + table + " OWNER TO " + Identifiers.quote(owner));
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /**
   * Lets messages that are added to a new owner from now on wait for those of the old one. It comes
   * before the new owner takes its first write, and may come twice.
   */
  static void putBehind(Connection old, String shard, Connection owner) throws SQLException {
    if (!Sql.isTrue(old, "SELECT to_regclass('shardjdbc.outbox') IS NOT NULL")) {
      return;
    }
    List<String[]> messages =
        Sql.rows(
            old,
            row -> new String[] {row.getString(1), row.getString(2), row.getString(3)},
            "SELECT topic, key, max(id) FROM shardjdbc.outbox WHERE key IS NOT NULL GROUP BY 1, 2");
    if (messages.isEmpty()) {
      return;
    }
    long from =
        1
            + Sql.number(
                owner,
                "SELECT coalesce(pg_sequence_last_value("
                    + "pg_get_serial_sequence('shardjdbc.outbox', 'id')::regclass), 0)");
    for (String[] message : messages) {
      Sql.run(
          owner,
          "INSERT INTO shardjdbc.outbox_behind (topic, key, shard, up_to, from_here)"
              + " VALUES (?, ?, ?, ?::bigint, ?) ON CONFLICT DO NOTHING",
          message[0],
          message[1],
          shard,
          message[2],
          from);
    }
  }
}
