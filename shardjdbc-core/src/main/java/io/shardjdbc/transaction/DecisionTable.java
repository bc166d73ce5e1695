package io.shardjdbc.transaction;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL of the library's own schema, which each shard has that ever decides a transaction.
 *
 * <p>{@code shardjdbc.decision} holds one row for each decided transaction, and its primary key is
 * the fence: whoever inserts first has decided. It names the databases that took part, and until
 * when its coordinator wants it kept. {@code shardjdbc.store} holds the one id of the database's
 * store, so that a process with another configuration does not take one database for another; a
 * copy of the database, which would have the same, is told by the server's own identifiers and gets
 * another. {@code shardjdbc.horizon} is what deleting leaves behind: for each database that took
 * part, the last transaction whose decision is gone. What is absent and not behind the horizon was
 * never decided.
 */
final class DecisionTable {

  /** Creating it twice at once must not fail, which IF NOT EXISTS alone does not promise. */
  static final String INSTALLING =
      "SELECT pg_advisory_xact_lock(hashtextextended('shardjdbc.install', 0))";

  /**
   * Whether nothing has to be created. Who installs asks when nobody else does: DDL that finds all
   * there still locks out those who decide, and waits for them.
   */
  static final String INSTALLED =
      """
      SELECT to_regclass('shardjdbc.horizon') IS NOT NULL AND 3 = (
        SELECT count(*) FROM pg_attribute
        WHERE (attrelid, attname) IN ((to_regclass('shardjdbc.store'), 'database'),
          (to_regclass('shardjdbc.decision'), 'databases'),
          (to_regclass('shardjdbc.decision'), 'keep_until')))
      """;

  /** Changes the tables in the order in which those who decide use them. */
  static final String CREATE =
      """
      CREATE SCHEMA IF NOT EXISTS shardjdbc;
      CREATE TABLE IF NOT EXISTS shardjdbc.decision (
        id uuid PRIMARY KEY,
        committed boolean NOT NULL,
        participants text[] NOT NULL,
        decided_at timestamptz NOT NULL DEFAULT clock_timestamp());
      ALTER TABLE shardjdbc.decision
        ADD COLUMN IF NOT EXISTS databases text[] NOT NULL DEFAULT '{}',
        ADD COLUMN IF NOT EXISTS keep_until timestamptz;
      CREATE TABLE IF NOT EXISTS shardjdbc.store (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        id uuid NOT NULL DEFAULT gen_random_uuid());
      ALTER TABLE shardjdbc.store ADD COLUMN IF NOT EXISTS database text;
      CREATE TABLE IF NOT EXISTS shardjdbc.horizon (participant text PRIMARY KEY, id uuid NOT NULL)
      """;

  /** Gives the database its store. */
  static final String OPEN_STORE =
      "INSERT INTO shardjdbc.store DEFAULT VALUES ON CONFLICT DO NOTHING";

  /** What a database is known by, whoever names it how: no copy of it has the same. */
  static final String DATABASE =
      """
      (SELECT md5(c.system_identifier::text || '/' || d.oid)
         FROM pg_control_system() c, pg_database d WHERE d.datname = current_database())
      """;

  /** Gives the store of a database to it, and a store that was copied with another a new id. */
  static final String CLAIM =
      "UPDATE shardjdbc.store SET id = CASE WHEN database IS NULL THEN id ELSE gen_random_uuid()"
          + " END, database = "
          + DATABASE
          + " WHERE database IS DISTINCT FROM "
          + DATABASE;

  /** How long a tombstone is kept at least; a coordinator gives up after half of it. */
  static final Duration TOMBSTONES = Duration.ofHours(1);

  private static final long NUMBER_OF_DELETING = 7_640_231_958_123_017L;

  /** Lets nobody delete decisions until the transaction ends. */
  static final String NO_DELETING =
      "SELECT pg_advisory_xact_lock_shared(" + NUMBER_OF_DELETING + ")";

  static final String DELETING = "SELECT pg_advisory_xact_lock(" + NUMBER_OF_DELETING + ")";

  /**
   * Whether it prepares; whether it is a replica; whether it has the schema; who it is, and when.
   */
  static final String READINESS =
      "SELECT current_setting('max_prepared_transactions')::int > 0, pg_is_in_recovery(),"
          + " to_regclass('shardjdbc.decision') IS NOT NULL AND to_regclass('shardjdbc.store') IS"
          + " NOT NULL AND to_regclass('shardjdbc.horizon') IS NOT NULL, "
          + DATABASE
          + ", (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

  /** Who a database is, and when that is, by its server's clock. */
  static final String SIGHT =
      "SELECT " + DATABASE + ", extract(epoch FROM clock_timestamp()) * 1000";

  /** What a process recognises the store by. */
  static final String STORE =
      "SELECT left(id::text, 8) FROM shardjdbc.store WHERE database = " + DATABASE;

  /** Whether a database has the store, in a form of which its name can be asked. */
  static final String HAS_STORE =
      "SELECT count(*) = 2 FROM pg_catalog.pg_attribute"
          + " WHERE attrelid = pg_catalog.to_regclass('shardjdbc.store')"
          + " AND attname IN ('id', 'database') AND NOT attisdropped";

  /** Decides against a transaction, unless it is decided; waits for a decision under way. */
  static final String TOMBSTONE =
      "INSERT INTO shardjdbc.decision (id, committed, participants, keep_until) VALUES (?, false,"
          + " '{}', now() + make_interval(secs => ?)) ON CONFLICT (id) DO NOTHING";

  /** The last transaction whose decision is deleted, whoever took part. */
  static final String LAST_DELETED = "SELECT id FROM shardjdbc.horizon ORDER BY id DESC LIMIT 1";

  static final String IS_PREPARED =
      "SELECT EXISTS (SELECT FROM pg_prepared_xacts"
          + " WHERE database = current_database() AND gid = ?)";

  /** How a transaction of the library's own begins, whatever the server's settings are. */
  static final String SHORT = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE";

  static final String DECISION = "SELECT committed FROM shardjdbc.decision WHERE id = ?";

  /**
   * Whether the decision of a transaction may have been deleted: any one's, or one of some shard.
   */
  static final String FORGOTTEN =
      "SELECT EXISTS (SELECT FROM shardjdbc.horizon WHERE id >= ?"
          + " AND (?::text[] IS NULL OR participant = ANY (?::text[])))";

  /**
   * Deletes decisions and leaves the horizon. Of a database that has something prepared, only what
   * is older than that is deleted, so that the horizon never passes what may need its decision.
   *
   * <p>What is left behind is said of the databases that took part. A name stands for one only
   * where that is not known; else a configuration that means another database by the name would
   * pass, for all who use it, what is prepared in a database that it has not looked at.
   */
  static final String PURGE =
      """
      WITH old AS (
        SELECT id, participants, databases FROM shardjdbc.decision d
        WHERE decided_at < to_timestamp(?) - make_interval(secs => ?)
          AND (keep_until IS NULL OR keep_until < now())
          AND participants <@ ? AND databases <@ ? AND id <> ALL (?)
          AND NOT EXISTS (SELECT FROM unnest(?::text[], ?::uuid[]) p (name, id)
                          WHERE p.name = ANY (d.participants || d.databases) AND d.id >= p.id)
        ORDER BY id LIMIT ?),
      left_behind AS (
        INSERT INTO shardjdbc.horizon (participant, id)
        SELECT name, (array_agg(id ORDER BY id DESC))[1]
        FROM old, unnest(databases || ARRAY[''] || CASE
            WHEN cardinality(databases) < cardinality(participants) THEN participants
            ELSE '{}' END) name GROUP BY name
        ON CONFLICT (participant) DO UPDATE SET id = greatest(horizon.id, excluded.id))
      DELETE FROM shardjdbc.decision USING old WHERE decision.id = old.id
      """;

  /** What {@code synchronous_commit} may show. */
  private static final List<String> WEAKEST_FIRST =
      List.of("off", "local", "remote_write", "on", "remote_apply");

  /**
   * Goes on as the user who has logged in. Under a role of the session's, what is prepared would be
   * the role's, which recovery could not end, and the role may not write decisions.
   */
  static final String AS_LOGIN = ", pg_catalog.set_config('role', 'none', true)";

  /** Makes the session again whose it is now. */
  static final String WHOSE =
      "SELECT pg_catalog.concat('SET SESSION AUTHORIZATION ', pg_catalog.quote_ident(session_user),"
          + " '; SET ROLE ', pg_catalog.quote_ident(pg_catalog.current_setting('role')))";

  /**
   * Waits for whoever takes a moment, which is short and no affair of the application's: its own
   * time-outs hold for what it waits for itself. From here on names mean the server's own objects,
   * whatever functions, operators and types the application has on its search path.
   */
  static final String PATIENT =
      "SELECT "
          + noted("lock_timeout", "0")
          + ", "
          + noted("statement_timeout", "0")
          + ", "
          + noted("search_path", "pg_catalog, pg_temp")
          + "; ";

  /** Notes a setting of the session's for {@link #asNoted}, and sets another one. */
  private static String noted(String setting, String other) {
    return ("pg_catalog.set_config('shardjdbc.%1$s', pg_catalog.current_setting('%1$s'), true),"
            + " pg_catalog.set_config('%1$s', '%2$s', true)")
        .formatted(setting, other);
  }

  /** Sets what was noted again. */
  static String asNoted(String setting) {
    return "pg_catalog.set_config('%1$s', pg_catalog.current_setting('shardjdbc.%1$s'), true)"
        .formatted(setting);
  }

  /** Runs deferred triggers as who the session is, before PREPARE would as another. */
  private static final String CHECK = "SET CONSTRAINTS ALL IMMEDIATE; ";

  private DecisionTable() {}

  /**
   * Prepares a part. The setting in front of it does more than its own work: in a transaction that
   * has failed PREPARE would roll back without a word, and a SELECT complains.
   *
   * @param also more of what is selected; empty for nothing
   */
  static String prepare(String literal, String atLeast, String also) {
    return CHECK + prepared(literal, atLeast, also);
  }

  private static String prepared(String literal, String atLeast, String also) {
    return raise(atLeast, true) + AS_LOGIN + also + "; PREPARE TRANSACTION " + literal;
  }

  /**
   * Prepares a part for somebody else to decide.
   *
   * @param first whether it is the one that keeps others from taking moments
   */
  static String prepareForOthers(String literal, String atLeast, boolean first) {
    return first
        ? CHECK + PATIENT + prepared(literal, atLeast, ", " + DecisionLock.SHARED)
        : prepare(literal, atLeast, "");
  }

  /**
   * The same as {@link #prepare}, leaving on the session what was set for the transaction; a
   * failure leaves nothing.
   */
  static String prepareToKeep(Gid gid, String atLeast, String also) {
    return CHECK
        + raise(atLeast, false)
        + AS_LOGIN
        + also
        + "; PREPARE TRANSACTION "
        + gid.literal();
  }

  static String end(Gid gid, boolean commit) {
    return (commit ? "COMMIT PREPARED " : "ROLLBACK PREPARED ") + gid.literal();
  }

  /** Sets what a commit waits for, unless it waits for more already. */
  private static String raise(String atLeast, boolean local) {
    return raised("" + rank(atLeast), local);
  }

  /** How much a setting of {@code synchronous_commit} waits for, beside the others. */
  static int rank(String setting) {
    return WEAKEST_FIRST.indexOf(setting) + 1;
  }

  /**
   * @param rank of what it waits for at least; a number or a parameter
   */
  static String raised(String rank, boolean local) {
    String order =
        WEAKEST_FIRST.stream()
            .map(setting -> "'" + setting + "'")
            .collect(Collectors.joining(",", "ARRAY[", "]"));
    String present = "pg_catalog.current_setting('synchronous_commit')";
    return "SELECT pg_catalog.set_config('synchronous_commit', ("
        + order
        + ")[greatest(pg_catalog.array_position("
        + order
        + ", "
        + present
        + "), "
        + rank
        + ")], "
        + local
        + ")";
  }
}
