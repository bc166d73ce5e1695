package io.shardjdbc.transaction;

import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;

/** One shard's part in a transaction: a local transaction on one physical connection. */
public interface Participant {

  ShardId shard();

  /** Whether it may have changed rows; one that only read has nothing that could be lost. */
  boolean wrote();

  /**
   * Commits it.
   *
   * @throws SQLException as the driver reports it; the shard is not named yet
   */
  void commit() throws SQLException;

  /** Rolls it back; a connection that is lost has been rolled back by its server. */
  void rollback();
}
