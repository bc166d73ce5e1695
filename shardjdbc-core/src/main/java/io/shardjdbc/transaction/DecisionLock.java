package io.shardjdbc.transaction;

/**
 * The lock that says who may decide on a shard: deciders share it, and whoever takes it alone has
 * them wait.
 *
 * <p>A decider takes it with the row of its decision, and has it until the decision is visible. So
 * while somebody has it alone on every shard that may decide, the set of decided transactions is
 * fixed. What a transaction manager decides is decided elsewhere; the first part of its branch that
 * is prepared shares the lock until it is ended, since a prepared transaction keeps its locks. It
 * is ended after all others.
 *
 * <p>Advisory locks belong to a database and to nobody in particular. Those of two numbers whose
 * first one is {@link #CLASS}, "sjdb" in ASCII, are the library's; docs/limits.md says so.
 */
public final class DecisionLock {

  static final int CLASS = 0x736A6462;

  private static final String DECIDING = "(" + CLASS + ", 1)";
  private static final String TURN = "(" + CLASS + ", 2)";

  /** Takes part in deciding until the transaction ends. */
  static final String SHARED = "pg_catalog.pg_advisory_xact_lock_shared" + DECIDING;

  /** Lets nobody decide until the transaction ends. */
  public static final String ALONE = "SELECT pg_catalog.pg_advisory_xact_lock" + DECIDING;

  /** Lets nobody else wait for that until the transaction ends. */
  public static final String FIRST_IN_LINE = "SELECT pg_catalog.pg_advisory_xact_lock" + TURN;

  /** Two numbers of the library's own, for the one process that ends a deadlock at a time. */
  public static final String ONE_WATCHER = "(" + CLASS + ", 3)";

  /** Whether a row of {@code pg_locks} is about who may decide, which nobody waits for for long. */
  public static final String IS_ONE =
      "locktype = 'advisory' AND objsubid = 2 AND classid::pg_catalog.int8 = " + CLASS;

  private DecisionLock() {}
}
