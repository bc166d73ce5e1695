package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.session.Session;
import io.shardjdbc.session.SessionSettings;
import io.shardjdbc.wrap.RefusingConnection;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What callers set on a connection, and the transactions they begin and end on it. */
abstract class SessionConnection extends RefusingConnection {

  private static final String APPLICATION_NAME = "ApplicationName";
  private static final String UNKNOWN_PROPERTY = "0A000";

  private final Session session;
  private @Nullable SQLWarning warnings;
  private int holdability = ResultSet.CLOSE_CURSORS_AT_COMMIT;
  private @Nullable Map<String, Class<?>> typeMap;
  private int savepoints;
  private @Nullable Function<String, SQLException> endRefusal;

  SessionConnection(Session session) {
    this.session = session;
  }

  final Session session() {
    return session;
  }

  final SessionSettings settings() {
    return new SessionSettings(session);
  }

  /** What is asked of reads from now on; see {@code ShardConnection}. */
  public final void readIntent(ReadIntent intent) throws SQLException {
    session.requireOpen();
    session.reads().intent(Objects.requireNonNull(intent));
  }

  /** What is asked of reads. */
  public final ReadIntent readIntent() {
    return session.reads().intent();
  }

  /** What commits of writes wait for at least; see {@code ShardConnection}. */
  public final void durability(@Nullable Durability durability) throws SQLException {
    session.requireOpen();
    session.reads().durability(durability);
  }

  /** A token of what was read and committed; see {@code ShardConnection}. */
  public final CausalToken causalToken() throws SQLException {
    session.requireOpen();
    return session.reads().token(session);
  }

  /**
   * Refuses from now on whatever would end the transaction, or change on how many shards it may
   * end, for somebody else is to end it; null allows it again.
   *
   * @param refusal makes the error from what was refused
   */
  public final void refuseEnd(@Nullable Function<String, SQLException> refusal) {
    this.endRefusal = refusal;
  }

  final void requireMayEnd(String what) throws SQLException {
    Function<String, SQLException> refusal = endRefusal;
    if (refusal != null) {
      throw refusal.apply(what);
    }
    session.gate().requireNoStream();
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    if (on) {
      requireMayEnd("setAutoCommit(true)");
    }
    session.setAutoCommit(on);
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    session.requireOpen();
    return session.isAutoCommit();
  }

  @Override
  public void commit() throws SQLException {
    requireMayEnd("commit");
    requireManualCommit("commit");
    session.commit();
  }

  @Override
  public void rollback() throws SQLException {
    requireMayEnd("rollback");
    requireManualCommit("rollback");
    session.rollback();
  }

  private void requireManualCommit(String what) throws SQLException {
    session.requireOpen();
    if (session.isAutoCommit()) {
      throw SqlErrors.of(ErrorCode.NO_TRANSACTION, what);
    }
  }

  @Override
  public Savepoint setSavepoint() throws SQLException {
    return setSavepoint(new LogicalSavepoint(savepoints++, null));
  }

  @Override
  public Savepoint setSavepoint(String name) throws SQLException {
    return setSavepoint(new LogicalSavepoint(savepoints++, name));
  }

  private Savepoint setSavepoint(LogicalSavepoint savepoint) throws SQLException {
    requireManualCommit("setSavepoint");
    return session.gate().pass(() -> set(savepoint));
  }

  private Savepoint set(LogicalSavepoint savepoint) throws SQLException {
    session.savepoints().set(savepoint.quotedName());
    return savepoint;
  }

  @Override
  public void rollback(Savepoint savepoint) throws SQLException {
    requireManualCommit("rollback to a savepoint");
    String name = ours(savepoint).quotedName();
    session.gate().run(() -> session.savepoints().rollbackTo(name));
  }

  @Override
  public void releaseSavepoint(Savepoint savepoint) throws SQLException {
    requireManualCommit("releaseSavepoint");
    LogicalSavepoint released = ours(savepoint);
    String name = released.quotedName();
    session.gate().run(() -> session.savepoints().release(name));
    released.release();
  }

  private static LogicalSavepoint ours(Savepoint savepoint) throws SQLException {
    if (savepoint instanceof LogicalSavepoint ours) {
      return ours;
    }
    throw SqlErrors.of(ErrorCode.NO_SAVEPOINT, "of another connection");
  }

  @Override
  public void setReadOnly(boolean on) throws SQLException {
    settings().readOnly(on);
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    session.requireOpen();
    return settings().isReadOnly();
  }

  @Override
  public void setTransactionIsolation(int level) throws SQLException {
    settings().isolation(level);
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    return settings().isolation();
  }

  @Override
  public void setCatalog(String catalog) throws SQLException {
    session.requireOpen(); // a PostgreSQL connection has one; the driver ignores this too
  }

  @Override
  public String getCatalog() throws SQLException {
    return settings().value("SELECT current_database()");
  }

  @Override
  public void setSchema(@Nullable String schema) throws SQLException {
    session
        .gate()
        .run(
            () -> {
              if (schema == null) {
                settings().reset("search_path", "RESET search_path");
              } else {
                settings()
                    .set("search_path", "SET SESSION search_path TO " + Quotes.literal(schema));
              }
            });
  }

  @Override
  public String getSchema() throws SQLException {
    return settings().value("SELECT current_schema()");
  }

  @Override
  public void setHoldability(int holds) throws SQLException {
    session.requireOpen();
    if (holds != ResultSet.HOLD_CURSORS_OVER_COMMIT && holds != ResultSet.CLOSE_CURSORS_AT_COMMIT) {
      throw SqlErrors.of(ErrorCode.USAGE, "unknown holdability " + holds);
    }
    this.holdability = holds;
  }

  @Override
  public int getHoldability() throws SQLException {
    session.requireOpen();
    return holdability;
  }

  @Override
  public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
    settings().networkTimeout(milliseconds);
  }

  @Override
  public int getNetworkTimeout() throws SQLException {
    session.requireOpen();
    return settings().networkTimeout();
  }

  @Override
  public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
    try {
      session.requireOpen();
      if (name.equals(APPLICATION_NAME)) {
        String text = value == null ? "" : value;
        String sql = "SET application_name TO " + Quotes.literal(text);
        session.gate().run(() -> settings().set("application_name", sql));
      } else {
        warn(new SQLWarning("ClientInfo property not supported.", UNKNOWN_PROPERTY));
      }
    } catch (SQLException e) {
      throw SqlErrors.ofClientInfo(e);
    }
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    setClientInfo(APPLICATION_NAME, properties.getProperty(APPLICATION_NAME));
  }

  @Override
  public @Nullable String getClientInfo(String name) throws SQLException {
    return getClientInfo().getProperty(name);
  }

  /** As the server has it, whoever set it: a text, a URL, or the driver, which has a default. */
  @Override
  public Properties getClientInfo() throws SQLException {
    session.requireOpen();
    Properties info = new Properties();
    info.setProperty(APPLICATION_NAME, settings().applicationName());
    return info;
  }

  @Override
  public Map<String, Class<?>> getTypeMap() throws SQLException {
    session.requireOpen();
    Map<String, Class<?>> map = typeMap;
    if (map == null) {
      map = new HashMap<>();
      typeMap = map;
    }
    return map;
  }

  @Override
  public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
    session.requireOpen();
    this.typeMap = map;
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    session.requireOpen();
    return warnings;
  }

  private void warn(SQLWarning warning) {
    if (warnings == null) {
      warnings = warning;
    } else {
      warnings.setNextWarning(warning);
    }
  }

  @Override
  public void clearWarnings() throws SQLException {
    session.requireOpen();
    warnings = null;
  }

  @Override
  public void beginRequest() {}

  @Override
  public void endRequest() {}

  @Override
  public boolean isClosed() {
    return session.isClosed();
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    if (executor == null) {
      throw SqlErrors.of(ErrorCode.USAGE, "abort needs an executor");
    }
    session.abort(executor);
  }
}
