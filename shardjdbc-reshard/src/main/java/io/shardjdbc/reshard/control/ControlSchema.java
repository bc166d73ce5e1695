package io.shardjdbc.reshard.control;

import io.shardjdbc.routing.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The tables and functions that moves need in each shard's database, in the schema {@code
 * shardjdbc}.
 *
 * <p>{@code map} is the map: one row. {@code process} is who routes by it, and what each has
 * acknowledged. {@code move} is what moves: one row on the source, which is the truth of the move,
 * and one on the target. {@code marker} is what the mover sends along behind the rows. {@code
 * copied} says how far it has copied tables by itself. Where rows come key by key, {@code come} on
 * the target says which positions have come, and {@code swept} up to where all have.
 *
 * <p>{@code keep_shape} refuses to alter or drop a table that has a guard.
 *
 * <p>{@code enter} is what a guard calls for a row that moves: it takes the move's lock shared,
 * until the transaction ends, and refuses rows that are elsewhere. A transaction with an older
 * snapshot has to see the move's row as it is now, which {@code FOR SHARE} does or fails; a
 * snapshot without the row is too old. {@code reopen} gives rows back that a mover holds and does
 * not come back for; it leaves out the number that the flip would have given, which a primary that
 * was lost may have given already.
 */
public final class ControlSchema {

  /** Class of the locks of moves: writers take them shared, the flip takes one for itself. */
  public static final int MOVE_LOCKS = 747_100_001;

  /** Class of the locks by which a session says to which process it belongs. */
  public static final int PROCESS_LOCKS = 747_100_002;

  /** Class of the one lock of the mover. */
  public static final int MOVER_LOCKS = 747_100_003;

  /** Creating it twice at once must not fail, which IF NOT EXISTS alone does not promise. */
  private static final String INSTALL =
      """
      BEGIN;
      SELECT pg_advisory_xact_lock(hashtextextended('shardjdbc.install', 0));
      CREATE SCHEMA IF NOT EXISTS shardjdbc;
      CREATE TABLE IF NOT EXISTS shardjdbc.map (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        map_id uuid NOT NULL,
        epoch bigint NOT NULL,
        document text NOT NULL);
      CREATE TABLE IF NOT EXISTS shardjdbc.process (
        slot int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        instance uuid NOT NULL UNIQUE,
        name text NOT NULL,
        installed bigint NOT NULL DEFAULT -1,
        quiesced bigint NOT NULL DEFAULT -1,
        seen timestamptz NOT NULL DEFAULT now());
      CREATE TABLE IF NOT EXISTS shardjdbc.move (
        id int PRIMARY KEY,
        map_id uuid NOT NULL,
        role text NOT NULL CHECK (role IN ('source', 'target')),
        source text NOT NULL,
        target text NOT NULL,
        placement text NOT NULL,
        positions int8multirange NOT NULL,
        phase text NOT NULL CHECK (phase IN ('outgoing', 'closing', 'incoming', 'gone', 'owner')),
        step text NOT NULL,
        mover uuid,
        attempt bigint NOT NULL DEFAULT 0,
        closes_at timestamptz,
        open_phase text,
        open_document text,
        epoch bigint NOT NULL DEFAULT 0,
        target_lsn pg_lsn,
        ends boolean NOT NULL DEFAULT false,
        strategy text NOT NULL DEFAULT 'REPLICATE',
        lines text NOT NULL DEFAULT '',
        reserved bigint NOT NULL DEFAULT 0,
        back_lost boolean NOT NULL DEFAULT false,
        started timestamptz NOT NULL DEFAULT now(),
        changed timestamptz NOT NULL DEFAULT now());
      CREATE TABLE IF NOT EXISTS shardjdbc.marker (
        move int,
        number bigint,
        PRIMARY KEY (move, number));
      CREATE TABLE IF NOT EXISTS shardjdbc.copied (
        move int,
        part text,
        file bigint NOT NULL,
        pages bigint NOT NULL DEFAULT 0,
        rows bigint NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (move, part));
      CREATE TABLE IF NOT EXISTS shardjdbc.come (
        move int,
        place bigint,
        rows bigint NOT NULL DEFAULT 0,
        hash numeric NOT NULL DEFAULT 0,
        PRIMARY KEY (move, place));
      CREATE TABLE IF NOT EXISTS shardjdbc.swept (
        move int PRIMARY KEY,
        up_to bigint NOT NULL);
      CREATE OR REPLACE FUNCTION shardjdbc.require_phase(mv int, ph text) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM shardjdbc.move WHERE id = mv AND phase = ph) THEN
          RAISE EXCEPTION 'move %% is not %% here', mv, ph USING ERRCODE = '%2$s';
        END IF;
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.missing(mv int, places bigint[]) RETURNS bigint[]
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM shardjdbc.require_phase(mv, 'owner');
        RETURN array(SELECT p FROM unnest(places) p
          WHERE NOT EXISTS (SELECT FROM shardjdbc.swept s WHERE s.move = mv AND p <= s.up_to)
            AND NOT EXISTS (SELECT FROM shardjdbc.come c WHERE c.move = mv AND c.place = p));
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.require_come(mv int, place bigint) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF cardinality(shardjdbc.missing(mv, ARRAY[place])) > 0 THEN
          RAISE EXCEPTION 'a key of move %% has not come', mv USING ERRCODE = '%2$s';
        END IF;
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.come_by(mv int, most int)
      RETURNS TABLE (up_to bigint, points bigint[])
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM shardjdbc.require_phase(mv, 'owner');
        RETURN QUERY
          WITH s AS (SELECT (SELECT w.up_to FROM shardjdbc.swept w WHERE w.move = mv) AS u),
            p AS (SELECT c.place FROM shardjdbc.come c, s
              WHERE c.move = mv AND (s.u IS NULL OR c.place > s.u) LIMIT most + 1)
          SELECT s.u, CASE WHEN (SELECT count(*) FROM p) <= most THEN array(SELECT p.place FROM p) END
            FROM s;
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.enter(mv int) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE ph text;
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(%1$d, mv);
        IF current_setting('transaction_isolation') = 'read committed' THEN
          SELECT phase INTO ph FROM shardjdbc.move WHERE id = mv;
        ELSE
          SELECT phase INTO ph FROM shardjdbc.move WHERE id = mv FOR SHARE;
        END IF;
        IF ph IS NULL THEN
          RAISE EXCEPTION 'move %% is newer than this snapshot', mv USING ERRCODE = '40001';
        END IF;
        IF ph IN ('gone', 'incoming') THEN
          RAISE EXCEPTION 'range of move %% is %% here', mv, ph USING ERRCODE = '%2$s';
        END IF;
        PERFORM set_config('shardjdbc.m' || mv, 'ok', true);
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.keep() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        RAISE EXCEPTION 'rows of %% are moving to another shard', TG_RELID::regclass
          USING ERRCODE = '%3$s';
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.keep_shape() RETURNS event_trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE moving text;
      BEGIN
        IF TG_EVENT = 'sql_drop' THEN
          SELECT object_identity INTO moving FROM pg_event_trigger_dropped_objects()
            WHERE object_type = 'trigger' AND NOT original AND object_identity LIKE '"~shardjdbc\\_m%%';
        ELSE
          SELECT c.object_identity INTO moving FROM pg_event_trigger_ddl_commands() c
            JOIN pg_trigger t ON t.tgrelid = c.objid
            WHERE c.classid = 'pg_class'::regclass AND t.tgname LIKE '~shardjdbc\\_m%%';
        END IF;
        IF moving IS NOT NULL THEN
          RAISE EXCEPTION 'rows of %% are moving to another shard', moving USING ERRCODE = '%3$s';
        END IF;
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.elsewhere() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        RAISE EXCEPTION 'the map of shards with %% is about to change', TG_RELID::regclass
          USING ERRCODE = '%2$s';
      END $$;
      CREATE OR REPLACE FUNCTION shardjdbc.reopen() RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE mv shardjdbc.move;
      BEGIN
        SELECT * INTO mv FROM shardjdbc.move WHERE phase = 'closing' FOR UPDATE;
        IF FOUND AND (clock_timestamp() > mv.closes_at
            OR pg_try_advisory_xact_lock(%4$d, 0)) THEN
          UPDATE shardjdbc.move
            SET phase = mv.open_phase, closes_at = NULL, changed = clock_timestamp()
            WHERE id = mv.id;
          UPDATE shardjdbc.map SET epoch = epoch + 2, document = mv.open_document;
        END IF;
        RETURN (SELECT epoch FROM shardjdbc.map);
      END $$;
      COMMIT
      """
          .formatted(
              MOVE_LOCKS,
              ErrorCode.MOVED_ELSEWHERE.sqlState(),
              ErrorCode.TABLE_MOVES.sqlState(),
              MOVER_LOCKS);

  private ControlSchema() {}

  /** Creates what is not there yet. */
  public static void install(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(INSTALL);
    }
  }

  /** Whether a database has the map's table. */
  public static boolean isInstalled(Connection connection) throws SQLException {
    return Sql.isTrue(connection, "SELECT to_regclass('shardjdbc.map') IS NOT NULL");
  }
}
