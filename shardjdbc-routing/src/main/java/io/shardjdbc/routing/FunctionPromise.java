package io.shardjdbc.routing;

/**
 * What a configuration says of a function into which nobody can look, or which looks suspicious.
 */
public enum FunctionPromise {
  /**
   * The rows that it reads and writes are on the shard of the statement that calls it. It is called
   * where the statement is on one shard.
   */
  SHARD_LOCAL,
  /**
   * It touches no table and no session: what it gives depends on its arguments alone, and the
   * clock.
   */
  PURE
}
