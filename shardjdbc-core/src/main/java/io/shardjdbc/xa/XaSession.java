package io.shardjdbc.xa;

import io.shardjdbc.transaction.CommitProtocol;
import java.sql.Connection;
import java.sql.SQLException;

/** A connection to all shards, as a branch uses it. */
public interface XaSession {

  /** The connection that the application works with. */
  Connection connection();

  /**
   * Lets what is asked for the connection, as statements are, answer with a handle, and lets
   * closing the connection close that handle. Otherwise an application that closes the connection
   * of its statement would end the branch.
   */
  void shownAs(Connection handle);

  /**
   * Begins a transaction that may write to every shard, and that the application cannot end.
   *
   * @throws SQLException if the application has a transaction of its own open
   */
  void begin() throws SQLException;

  /** Ends it by this protocol, whatever the session's own mode. */
  void commit(CommitProtocol protocol) throws SQLException;

  /** Commits it as one that nobody else takes part in. */
  void commit() throws SQLException;

  /** Rolls it back. */
  void rollback() throws SQLException;

  /** Puts auto-commit back to what it was when the transaction began. */
  void end() throws SQLException;

  /** Rolls back what is open, and gives everything back. */
  void close() throws SQLException;
}
