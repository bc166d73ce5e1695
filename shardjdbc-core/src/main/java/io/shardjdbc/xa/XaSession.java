package io.shardjdbc.xa;

import io.shardjdbc.transaction.CommitProtocol;
import java.sql.Connection;
import java.sql.SQLException;

/** A connection to all shards, as a branch uses it. */
public interface XaSession {

  /** The connection that the application works with. */
  Connection connection();

  /** Begins a transaction that may write to every shard, and that the application cannot end. */
  void begin() throws SQLException;

  /** Ends it by this protocol, whatever the session's own mode. */
  void commit(CommitProtocol protocol) throws SQLException;

  /** Commits it as one that nobody else takes part in. */
  void commit() throws SQLException;

  /** Rolls it back. */
  void rollback() throws SQLException;

  /** Leaves transaction mode. */
  void end() throws SQLException;
}
