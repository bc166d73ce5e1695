package io.shardjdbc.saga.work;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.records.RecordTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tables of this package, on every shard in the schema {@code shardjdbc}.
 *
 * <p>They are looked for when a shard is first needed, and created where they are not there; so the
 * application's role needs CREATE on the database only where nobody has installed them before.
 * {@code IF NOT EXISTS} does not keep two sessions from creating the same thing at the same time:
 * one of them then fails by the catalog's unique index, and looks again.
 *
 * <p>Tables of an older release get the columns that came later. Those may be null, and older
 * releases do not name them, so that both can work side by side.
 */
public final class LibraryTables {

  /**
   * Unique violation in a catalog, duplicate schema, duplicate table, duplicate object; and a lock
   * that was not to be had soon.
   */
  private static final Set<String> RACES = Set.of("23505", "42P06", "42P07", "42710", "55P03");

  private static final int TRIES = 10;

  /** Of the upgrade alone: "saga" as a number. */
  private static final long LOCK = 0x73616761L;

  private final ShardDataSource dataSource;
  private final Set<ShardId> seen = ConcurrentHashMap.newKeySet();

  public LibraryTables(ShardDataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Sees to it that they are on a shard. */
  public void require(ShardId shard) throws SQLException {
    if (!seen.contains(shard)) {
      install(shard);
    }
  }

  private void install(ShardId shard) throws SQLException {
    for (int failed = 0; ; failed++) {
      try (Connection connection = dataSource.openUnheard()) {
        ShardWork.waitAtMost(ShardWork.PATIENCE, connection);
        if (!holds(connection, shard, RecordTables.PRESENT)) {
          for (String sql : RecordTables.CREATE) {
            execute(connection, shard, sql);
          }
        }
        if (!holds(connection, shard, RecordTables.UP_TO_DATE)) {
          upgrade(connection, shard);
        }
        seen.add(shard);
        return;
      } catch (SQLException e) {
        if (e.getSQLState() == null || !RACES.contains(e.getSQLState()) || failed == TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * One process does it. It waits for no transaction that works with the tables for long: all who
   * come later would wait behind it.
   */
  private static void upgrade(Connection connection, ShardId shard) throws SQLException {
    connection.setAutoCommit(false);
    execute(connection, shard, "SELECT pg_advisory_xact_lock(" + LOCK + ")");
    if (!holds(connection, shard, RecordTables.UP_TO_DATE)) {
      execute(connection, shard, "SELECT set_config('lock_timeout', '200ms', true)");
      for (String sql : RecordTables.UPGRADE) {
        execute(connection, shard, sql);
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void execute(Connection connection, ShardId shard, String sql)
      throws SQLException {
    try (PreparedStatement statement = ShardWork.prepare(connection, shard, sql)) {
      statement.execute();
    }
  }

  private static boolean holds(Connection connection, ShardId shard, String sql)
      throws SQLException {
    try (PreparedStatement statement = ShardWork.prepare(connection, shard, sql);
        ResultSet row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }
}
