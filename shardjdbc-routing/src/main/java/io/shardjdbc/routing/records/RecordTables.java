package io.shardjdbc.routing.records;

import java.util.List;

/**
 * The tables of sagas and of the outbox, on every shard in the schema {@code shardjdbc}.
 *
 * <p>Of a step, {@code table_name} and {@code row_position} say with which rows it moves: those of
 * that table at that position; an empty name says that it moves with none. {@code outbox_behind}
 * says which messages wait for those of another shard: a key's rows have come from there, and
 * messages that were added before are delivered there first. They are {@code up_to} a number there,
 * and {@code from_here} on here.
 *
 * <p>The whole old row of a step is logged when it changes, since replication has to know its
 * position.
 */
public final class RecordTables {

  /** Whether all of them are there. */
  public static final String PRESENT =
      "SELECT to_regclass('shardjdbc.saga') IS NOT NULL"
          + " AND to_regclass('shardjdbc.saga_step') IS NOT NULL"
          + " AND to_regclass('shardjdbc.outbox') IS NOT NULL"
          + " AND to_regclass('shardjdbc.outbox_lease') IS NOT NULL";

  /** Whether they have the columns that came later. */
  public static final String UP_TO_DATE =
      """
      SELECT to_regclass('shardjdbc.outbox_behind') IS NOT NULL AND 6 = (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped AND (
        attrelid = to_regclass('shardjdbc.saga')
          AND attname IN ('definition', 'places', 'parked_shard')
        OR attrelid = to_regclass('shardjdbc.saga_step') AND attname IN ('next', 'table_name', 'row_position')))\
      """;

  private static final String BEHIND =
      """
      CREATE TABLE IF NOT EXISTS shardjdbc.outbox_behind (
        topic text NOT NULL,
        key text NOT NULL,
        shard text NOT NULL,
        up_to bigint NOT NULL,
        from_here bigint NOT NULL,
        PRIMARY KEY (topic, key, shard, up_to))\
      """;

  /** Gives tables of an older release those columns. */
  public static final List<String> UPGRADE =
      List.of(
          """
          ALTER TABLE shardjdbc.saga ADD COLUMN IF NOT EXISTS definition text,
            ADD COLUMN IF NOT EXISTS places json, ADD COLUMN IF NOT EXISTS parked_shard text\
          """,
          """
          ALTER TABLE shardjdbc.saga_step ADD COLUMN IF NOT EXISTS next json,
            ADD COLUMN IF NOT EXISTS table_name text, ADD COLUMN IF NOT EXISTS row_position bigint,
            REPLICA IDENTITY FULL\
          """,
          BEHIND);

  /** Creates what is not there. */
  public static final List<String> CREATE =
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
            table_name text,
            row_position bigint,
            PRIMARY KEY (saga_id, step, direction))\
          """,
          "ALTER TABLE shardjdbc.saga_step REPLICA IDENTITY FULL",
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
          """,
          BEHIND);

  private RecordTables() {}
}
