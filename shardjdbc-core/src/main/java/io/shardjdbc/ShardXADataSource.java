package io.shardjdbc;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.transaction.CommitProtocol;
import io.shardjdbc.xa.PooledXaConnection;
import io.shardjdbc.xa.XaSession;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ShardDataSource} as one resource of a JTA transaction manager.
 *
 * <p>All shards together are one branch. When the manager prepares it, every shard that was written
 * to prepares; when the manager has decided, each is told. Prepared branches survive the crash of
 * any process and server, and {@code recover()} lists them, whoever prepared them. The decision is
 * the manager's: this library's own recovery leaves such branches alone. If the manager commits in
 * one phase, because nobody else takes part, the branch commits as a two-phase transaction does.
 *
 * <p>Thread-safe. It does not close the DataSource.
 */
public final class ShardXADataSource implements XADataSource {

  private final ShardDataSource dataSource;

  public ShardXADataSource(ShardDataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public XAConnection getXAConnection() throws SQLException {
    return new PooledXaConnection(
        () -> new Work(dataSource.openConnection()), dataSource.xaBranches());
  }

  /** Refused: the configuration says who connects to which server. */
  @Override
  public XAConnection getXAConnection(String user, String password) throws SQLException {
    throw SqlErrors.notImplemented("XADataSource.getXAConnection(user, password)");
  }

  private static final class Work implements XaSession {

    private final OpenConnection open;
    private boolean autoCommit = true;

    Work(OpenConnection open) {
      this.open = open;
    }

    private static SQLException refused(String what) {
      return SqlErrors.of(
          ErrorCode.USAGE, what + " of a transaction that a transaction manager is to end");
    }

    @Override
    public Connection connection() {
      return open;
    }

    @Override
    public void shownAs(Connection handle) {
      open.shownAs(handle);
    }

    @Override
    public void begin() throws SQLException {
      if (open.hasWork()) {
        throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, "a branch");
      }
      autoCommit = open.getAutoCommit();
      open.setAutoCommit(false);
      open.setLocalTransactionMode(TransactionMode.TWO_PHASE);
      open.refuseEnd(Work::refused);
    }

    @Override
    public void commit(CommitProtocol protocol) throws SQLException {
      open.endBy(protocol);
    }

    @Override
    public void commit() throws SQLException {
      open.refuseEnd(null);
      open.end();
    }

    @Override
    public void rollback() throws SQLException {
      open.refuseEnd(null);
      open.rollback();
    }

    @Override
    public void end() throws SQLException {
      open.refuseEnd(null);
      open.setAutoCommit(autoCommit);
    }

    @Override
    public void close() throws SQLException {
      open.shownAs(open);
      open.refuseEnd(null);
      open.close();
    }
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return dataSource.getLogWriter();
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    dataSource.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    dataSource.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() {
    return dataSource.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return dataSource.getParentLogger();
  }
}
