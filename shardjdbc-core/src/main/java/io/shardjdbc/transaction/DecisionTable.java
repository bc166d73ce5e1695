package io.shardjdbc.transaction;

import io.shardjdbc.outcome.TransactionId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL of the library's own schema, which each shard has that ever decides a transaction.
 *
 * <p>{@code shardjdbc.decision} holds one row for each decided transaction, and its primary key is
 * the fence: whoever inserts first has decided. {@code shardjdbc.store} holds the one id of the
 * database's store, so that a process with another configuration does not take one database for
 * another.
 */
final class DecisionTable {

  /** Creating it twice at once must not fail, which IF NOT EXISTS alone does not promise. */
  static final String INSTALL =
      """
      BEGIN;
      SELECT pg_advisory_xact_lock(hashtextextended('shardjdbc.install', 0));
      CREATE SCHEMA IF NOT EXISTS shardjdbc;
      CREATE TABLE IF NOT EXISTS shardjdbc.store (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        id uuid NOT NULL DEFAULT gen_random_uuid());
      INSERT INTO shardjdbc.store DEFAULT VALUES ON CONFLICT DO NOTHING;
      CREATE TABLE IF NOT EXISTS shardjdbc.decision (
        id uuid PRIMARY KEY,
        committed boolean NOT NULL,
        participants text[] NOT NULL,
        decided_at timestamptz NOT NULL DEFAULT clock_timestamp());
      COMMIT
      """;

  /** Whether it prepares; whether it is a replica; whether it has the schema. */
  static final String READINESS =
      """
      SELECT current_setting('max_prepared_transactions')::int > 0,
             pg_is_in_recovery(),
             to_regclass('shardjdbc.decision') IS NOT NULL AND to_regclass('shardjdbc.store') IS NOT NULL
      """;

  /** What a process recognises the store by. */
  static final String STORE = "SELECT left(id::text, 8) FROM shardjdbc.store";

  /** Decides against a transaction, unless it is decided; waits for a decision under way. */
  static final String TOMBSTONE =
      "INSERT INTO shardjdbc.decision (id, committed, participants) VALUES (?, false, '{}')"
          + " ON CONFLICT (id) DO NOTHING";

  static final String DECISION = "SELECT committed FROM shardjdbc.decision WHERE id = ?";

  static final String EXPIRED = "SELECT to_timestamp(?) < now() - make_interval(secs => ?)";

  static final String PURGE =
      """
      DELETE FROM shardjdbc.decision
      WHERE id IN (
        SELECT id FROM shardjdbc.decision
        WHERE decided_at < now() - make_interval(secs => ?)
          AND participants <@ ? AND id <> ALL (?)
        ORDER BY id LIMIT ?)
      """;

  /** What {@code synchronous_commit} may show. */
  private static final List<String> WEAKEST_FIRST =
      List.of("off", "local", "remote_write", "on", "remote_apply");

  private DecisionTable() {}

  /**
   * Notes, in the deciding shard's own transaction, that it commits.
   *
   * @param atLeast settings of {@code synchronous_commit} of which the strongest holds
   */
  static String note(TransactionId id, Collection<Gid> participants, List<String> atLeast) {
    String shards =
        participants.stream()
            .map(gid -> "'" + gid.shard().name() + "'")
            .collect(Collectors.joining(", "));
    return raise(strongest(atLeast), true)
        + "; INSERT INTO shardjdbc.decision (id, committed, participants) VALUES ('"
        + id.uuid()
        + "', true, ARRAY["
        + shards
        + "]::text[])";
  }

  /**
   * Prepares a part. The setting in front of it does more than its own work: in a transaction that
   * has failed PREPARE would roll back without a word, and a SELECT complains.
   */
  static String prepare(String literal, String atLeast) {
    return raise(atLeast, true) + "; PREPARE TRANSACTION " + literal;
  }

  /**
   * The same, leaving on the session what was set for the transaction; a failure leaves nothing.
   */
  static String prepareToKeep(Gid gid, String atLeast) {
    return raise(atLeast, false) + "; PREPARE TRANSACTION " + gid.literal();
  }

  static String end(Gid gid, boolean commit) {
    return (commit ? "COMMIT PREPARED " : "ROLLBACK PREPARED ") + gid.literal();
  }

  private static String strongest(List<String> settings) {
    return Collections.max(settings, Comparator.comparingInt(WEAKEST_FIRST::indexOf));
  }

  /** Sets what a commit waits for, unless it waits for more already. */
  private static String raise(String atLeast, boolean local) {
    String order =
        WEAKEST_FIRST.stream()
            .map(setting -> "'" + setting + "'")
            .collect(Collectors.joining(",", "ARRAY[", "]"));
    String present = "current_setting('synchronous_commit')";
    return "SELECT set_config('synchronous_commit', ("
        + order
        + ")[greatest(array_position("
        + order
        + ", "
        + present
        + "), "
        + (WEAKEST_FIRST.indexOf(atLeast) + 1)
        + ")], "
        + local
        + ")";
  }
}
