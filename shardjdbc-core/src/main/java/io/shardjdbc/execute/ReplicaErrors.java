package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.session.Held;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Tells failures of a read that come of its having run on a replica.
 *
 * <p>A replica cancels queries that are in the way of replay, refuses what writes even a little
 * (assigning a transaction id, reading an unlogged table, serializable isolation), and may not know
 * yet a table that was created a moment ago. What the primary says about the same statement is what
 * the caller should hear.
 */
public final class ReplicaErrors {

  private static final Set<String> STATES =
      Set.of(
          "40001", // cancelled: in conflict with recovery
          "40P01", // the same, found as a deadlock with recovery
          "25006", // read-only
          "0A000", // not during recovery
          "55000", // not during recovery
          "42P01", // no such table (yet)
          "42703", // no such column (yet)
          "42883", // no such function (yet)
          "42704", // no such type (yet)
          "3F000"); // no such schema (yet)

  private ReplicaErrors() {}

  /** Whether a statement that failed on its connection should be run on the primary instead. */
  public static boolean mayDoOnPrimary(Held held, SQLException failure) {
    String state = failure.getSQLState();
    return held.isOnReplica() && state != null && STATES.contains(state);
  }

  /** Whether what failed should be run on primaries instead, as something of it ran on replicas. */
  public static boolean mayDoOnPrimaries(List<Held> all, SQLException failure) {
    boolean lost = SqlErrors.isConnectionLost(failure);
    return all.stream()
        .anyMatch(
            held ->
                (lost && held.isOnReplica() && held.isBroken()) || mayDoOnPrimary(held, failure));
  }

  /**
   * Whether a read over several shards should be run again: some replica failed it, or a connection
   * proved dead.
   */
  static boolean isWorthAnother(List<ShardCall> calls, SQLException failure) {
    boolean lost = SqlErrors.isConnectionLost(failure);
    return calls.stream()
        .map(ShardCall::held)
        .anyMatch(held -> (lost && held.isBroken()) || mayDoOnPrimary(held, failure));
  }
}
