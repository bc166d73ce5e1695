package io.shardjdbc.jdbc;

import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.ReadRows;
import io.shardjdbc.execute.ReturnedKeys;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.wrap.RecordingCallableStatement;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.postgresql.core.Parser;
import org.postgresql.jdbc.EscapeSyntaxCallMode;

/**
 * A call of a function or procedure, on one shard.
 *
 * <p>What a function does cannot be read from its name, so the router lets calls through only where
 * a hint or a pinned connection names the shard.
 */
final class LogicalCallableStatement extends RecordingCallableStatement {

  /** Of servers that have procedures; it decides what becomes of the text, not what it is. */
  private static final int ANY_VERSION = 180000;

  private final LogicalPreparedStatement statement;
  private final String sql;

  LogicalCallableStatement(
      LogicalConnection connection, PreparedText text, StatementOptions options) {
    this.sql = text.sql();
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

  /** What is called returns what it likes, and counts nothing, to the driver. */
  @Override
  public int executeUpdate() throws SQLException {
    if (!Parser.modifyJdbcCall(sql, true, ANY_VERSION, EscapeSyntaxCallMode.SELECT).isFunction()) {
      return statement.executeUpdate();
    }
    statement.execute();
    return 0;
  }

  private <T> T apart(T value) throws SQLException {
    return ReadRows.apart(value, this, null);
  }

  @Override
  public Array getArray(int index) throws SQLException {
    return apart(super.getArray(index));
  }

  @Override
  public Object getObject(int index) throws SQLException {
    return apart(super.getObject(index));
  }

  @Override
  public <T> T getObject(int index, Class<T> type) throws SQLException {
    T value = super.getObject(index, type);
    return type.isInterface() || type == Object.class ? apart(value) : value;
  }

  @Override
  public Object getObject(int index, Map<String, Class<?>> map) throws SQLException {
    return apart(super.getObject(index, map));
  }

  @Override
  protected CallableStatement answered() throws SQLException {
    statement.delegate().requireOpen();
    return (CallableStatement) statement.delegate().results().physical();
  }
}
