package io.shardjdbc.saga.work;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
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

  private static final String PRESENT =
      "SELECT to_regclass('shardjdbc.saga') IS NOT NULL"
          + " AND to_regclass('shardjdbc.saga_step') IS NOT NULL"
          + " AND to_regclass('shardjdbc.outbox') IS NOT NULL"
          + " AND to_regclass('shardjdbc.outbox_lease') IS NOT NULL";

  private static final String UP_TO_DATE =
      """
      SELECT 4 = (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped AND (
        attrelid = to_regclass('shardjdbc.saga')
          AND attname IN ('definition', 'places', 'parked_shard')
        OR attrelid = to_regclass('shardjdbc.saga_step') AND attname = 'next'))\
      """;

  private static final List<String> UPGRADE =
      List.of(
          """
          ALTER TABLE shardjdbc.saga ADD COLUMN IF NOT EXISTS definition text,
            ADD COLUMN IF NOT EXISTS places json, ADD COLUMN IF NOT EXISTS parked_shard text\
          """,
          "ALTER TABLE shardjdbc.saga_step ADD COLUMN IF NOT EXISTS next json");

  private static final List<String> CREATE =
      List.of(
          "CREATE SCHEMA IF NOT EXISTS shardjdbc",
          """
          CREATE TABLE IF NOT EXISTS shardjdbc.saga (
            id uuid PRIMARY KEY,
            name text NOT NULL,
            version integer NOT NULL,
            key text NOT NULL,
            status text NOT NULL CHECK (
              status IN ('running', 'compensating', 'completed', 'compensated', 'parked')),
            input json NOT NULL,
            state json,
            reason text,
            parked_step text,
            settled_steps text[] NOT NULL DEFAULT '{}',
            owner uuid,
            epoch bigint NOT NULL,
            releases integer NOT NULL DEFAULT 0,
            due_at timestamptz NOT NULL,
            deadline_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            definition text,
            places json,
            parked_shard text)\
          """,
          """
          CREATE INDEX IF NOT EXISTS saga_due ON shardjdbc.saga (due_at)
            WHERE status IN ('running', 'compensating')\
          """,
          """
          CREATE INDEX IF NOT EXISTS saga_ended ON shardjdbc.saga (changed_at)
            WHERE status IN ('completed', 'compensated')\
          """,
          """
          CREATE INDEX IF NOT EXISTS saga_parked ON shardjdbc.saga (changed_at)
            WHERE status = 'parked'\
          """,
          """
          CREATE TABLE IF NOT EXISTS shardjdbc.saga_step (
            saga_id uuid NOT NULL,
            step text NOT NULL,
            direction text NOT NULL CHECK (direction IN ('action', 'compensation')),
            outcome text NOT NULL CHECK (outcome IN ('done', 'never', 'settled')),
            epoch bigint NOT NULL,
            state json,
            done_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            next json,
            PRIMARY KEY (saga_id, step, direction))\
          """,
          """
          CREATE TABLE IF NOT EXISTS shardjdbc.outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            message_id uuid NOT NULL DEFAULT gen_random_uuid(),
            topic text NOT NULL,
            key text,
            payload text NOT NULL,
            attempts integer NOT NULL DEFAULT 0,
            reason text,
            due_at timestamptz NOT NULL DEFAULT '-infinity',
            created_at timestamptz NOT NULL DEFAULT clock_timestamp())\
          """,
          """
          CREATE INDEX IF NOT EXISTS outbox_order ON shardjdbc.outbox (topic, id)\
          """,
          """
          CREATE INDEX IF NOT EXISTS outbox_failed ON shardjdbc.outbox (topic, key, id)
            WHERE attempts > 0\
          """,
          """
          CREATE TABLE IF NOT EXISTS shardjdbc.outbox_lease (
            topic text PRIMARY KEY,
            owner uuid NOT NULL,
            due_at timestamptz NOT NULL)\
          """);

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
      try (Connection connection = dataSource.getConnection()) {
        ShardWork.waitAtMost(ShardWork.PATIENCE, connection);
        if (!holds(connection, shard, PRESENT)) {
          for (String sql : CREATE) {
            execute(connection, shard, sql);
          }
        }
        if (!holds(connection, shard, UP_TO_DATE)) {
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
    if (!holds(connection, shard, UP_TO_DATE)) {
      execute(connection, shard, "SELECT set_config('lock_timeout', '200ms', true)");
      for (String sql : UPGRADE) {
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
