package io.shardjdbc.routing.route;

/** What running a statement does to the database; it decides which node may run it. */
public enum Effect {
  /** Reads only: a replica may serve it. */
  READ,
  /** Reads, but only a primary may serve it: row locks, volatile functions, sequences. */
  READ_ON_PRIMARY,
  /** Locks rows on several shards, and reads them. */
  LOCK,
  /** Changes rows. */
  WRITE,
  /** Changes the schema, privileges or the state of the server, on every shard it names. */
  SCHEMA,
  /**
   * Changes the session or its transaction ({@code SET}, {@code BEGIN}, {@code SAVEPOINT}): the
   * logical connection carries it out, see {@link Route#session()}.
   */
  SESSION
}
