package io.shardjdbc.config;

/** When the commit of a two-phase transaction returns to its caller. */
public enum Acknowledgement {
  /**
   * When all shards have been told, three exchanges after the last statement. What is read from
   * then on, by whomever, shows the transaction. The default.
   */
  TOLD,
  /**
   * When it is decided, two exchanges after the last statement, while the other shards are being
   * told. What this process reads from then on shows the transaction; another process may read a
   * shard a moment before the shard is told. Where a write of the transaction is promised to
   * standbys, its commit waits until all have been told nevertheless.
   */
  DECIDED
}
