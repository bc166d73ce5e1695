package io.shardjdbc;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.Asking;
import io.shardjdbc.jdbc.Environment;
import io.shardjdbc.jdbc.LogicalConnection;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.CommitProtocol;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection that a DataSource has handed out. */
final class OpenConnection extends LogicalConnection implements ShardConnection {

  private final ShardIds ids;
  private volatile Connection shown = this;

  /**
   * @param intent what its reads ask for until they are told otherwise
   * @param ids of the DataSource
   */
  OpenConnection(Environment environment, ReadIntent intent, ShardIds ids) throws SQLException {
    super(environment);
    this.ids = ids;
    readIntent(intent);
  }

  /**
   * Lets statements name another connection as theirs, which is then closed instead of this one.
   */
  void shownAs(Connection handle) {
    shown = handle;
  }

  @Override
  protected Connection shown() {
    return shown;
  }

  @Override
  public void close() throws SQLException {
    Connection handle = shown;
    if (handle == this) {
      super.close();
    } else {
      handle.close();
    }
  }

  /** Whether a transaction is open that a statement has run in. */
  boolean hasWork() {
    return isAtWork();
  }

  /** Ends the open transaction by this protocol, whatever its mode, if it is not aborted. */
  void endBy(CommitProtocol protocol) throws SQLException {
    requireWhole();
    commitBy(protocol);
  }

  /** Ends it by the protocol of its mode, if it is not aborted. */
  void end() throws SQLException {
    requireWhole();
    commit();
  }

  @Override
  public PreparedStatement prepareStatement(String sql, Hint hint) throws SQLException {
    return prepare(sql, hint);
  }

  @Override
  public String explain(String sql, @Nullable Object... values) throws SQLException {
    return Asking.of(() -> explained(sql, values));
  }

  @Override
  public TransactionMode getTransactionMode() {
    return transactionMode();
  }

  @Override
  public void setTransactionMode(TransactionMode mode) throws SQLException {
    transactionMode(mode, false);
  }

  @Override
  public void setLocalTransactionMode(TransactionMode mode) throws SQLException {
    transactionMode(mode, true);
  }

  @Override
  public Optional<ShardId> pinnedShard() {
    return Optional.ofNullable(pinned());
  }

  @Override
  public List<ShardId> writtenShards() {
    return written();
  }

  @Override
  public void setPartialResults(boolean allowed) {
    allowPartialResults(allowed);
  }

  @Override
  public boolean isPartialResults() {
    return allowsPartialResults();
  }

  @Override
  public List<ShardId> missingShards() {
    return missing();
  }

  @Override
  public ShardIds ids() {
    return ids;
  }

  @Override
  public ShardCopy copy() throws SQLException {
    return new OpenCopy(copying());
  }
}
