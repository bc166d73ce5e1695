package io.shardjdbc.jdbc;

import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.ReturnedKeys;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.wrap.RecordingCallableStatement;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A call of a function or procedure, on one shard.
 *
 * <p>What a function does cannot be read from its name, so the router lets calls through only where
 * a hint or a pinned connection names the shard.
 */
final class LogicalCallableStatement extends RecordingCallableStatement {

  private final LogicalPreparedStatement statement;

  LogicalCallableStatement(
      LogicalConnection connection, PreparedText text, StatementOptions options) {
    this.statement =
        new LogicalPreparedStatement(
            connection, text, Invocation.Form.CALL, ReturnedKeys.Simple.NONE, options, this);
  }

  @Override
  protected PreparedStatement delegate() {
    return statement;
  }

  @Override
  protected void register(int index, Registration registration) throws SQLException {
    statement.register(index, registration);
  }

  @Override
  protected CallableStatement answered() throws SQLException {
    return (CallableStatement) statement.delegate().results().physical();
  }
}
