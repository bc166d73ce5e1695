package io.shardjdbc.jdbc;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.copy.Copying;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.ReturnedKeys;
import io.shardjdbc.execute.Running;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import io.shardjdbc.session.SessionCommands;
import io.shardjdbc.transaction.CommitProtocol;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to all shards.
 *
 * <p>It holds no physical connection until a statement needs one; what is set on it is kept in its
 * {@link Session} and replayed. As every connection it is meant for one thread at a time, but
 * {@link #close()}, {@link #abort} and cancelling may come from another.
 */
public class LogicalConnection extends SessionConnection {

  private final Environment environment;
  private final Pin pin;
  private final Plans plans;
  private boolean partialResults;
  private List<ShardId> missing = List.of();

  protected LogicalConnection(Environment environment) {
    super(new Session(environment.surroundings(), environment.schemaChanged()));
    this.environment = environment;
    this.pin = new Pin(session(), environment.shardOfKey());
    this.plans = new Plans(this, environment);
  }

  final Environment environment() {
    return environment;
  }

  /** What statements and metadata say their connection is. */
  protected Connection shown() {
    return this;
  }

  /** Whether a transaction is open that a statement has run in. */
  protected final boolean isAtWork() {
    return session().inTransaction() && !session().participants().isEmpty();
  }

  /** Allows reads to leave out the rows of shards that do not answer. */
  protected final void allowPartialResults(boolean allowed) {
    partialResults = allowed;
  }

  protected final boolean allowsPartialResults() {
    return partialResults;
  }

  /** The shards whose rows are missing from the last result. */
  protected final List<ShardId> missing() {
    return missing;
  }

  final void missing(List<ShardId> shards) {
    missing = shards;
  }

  /** The plan of a text, as this connection would run it. */
  protected final Plan plan(String sql) throws SQLException {
    return plans.plan(sql, Hint.NONE);
  }

  /** The plan in words, and where it goes with these values. */
  protected final String explained(String sql, @Nullable Object... values) {
    return plans.explained(sql, values);
  }

  final Plans plans() {
    return plans;
  }

  /** The statements of a text without values. */
  final List<String> statements(String text) throws SQLException {
    return Asking.of(() -> environment.router().statements(text));
  }

  /** Carries out a statement that concerns the session(). */
  final void run(SessionCommand command, Route route) throws SQLException {
    session().requireOpen();
    if (command.action() == SessionCommand.Action.COMMIT
        || command.action() == SessionCommand.Action.ROLLBACK
        || SessionCommands.setsMode(command)) {
      requireMayEnd(command.action().name());
    }
    SessionCommands.run(session(), command, route);
  }

  /**
   * Rolls an aborted transaction back and says so, where others would take a commit that does
   * nothing for one that does.
   */
  protected final void requireWhole() throws SQLException {
    try {
      session().gate().requireNotAborted();
    } catch (SQLException e) {
      session().rollback();
      throw e;
    }
  }

  /** Ends the open transaction by this protocol, whatever its mode. */
  protected final void commitBy(CommitProtocol protocol) throws SQLException {
    session().commit(protocol);
  }

  /** What transactions may do on a second shard. */
  protected final TransactionMode transactionMode() {
    return session().modes().current();
  }

  /** Sets that, for the open transaction alone or from the next one on. */
  protected final void transactionMode(TransactionMode mode, boolean local) throws SQLException {
    requireMayEnd(local ? "setLocalTransactionMode" : "setTransactionMode");
    if (local) {
      session().modes().setLocal(mode);
    } else {
      session().modes().set(mode);
    }
  }

  /** The shard that this connection is pinned to. */
  protected final @Nullable ShardId pinned() {
    return pin.shard();
  }

  /** What its sharding key asks of all of its statements. */
  final Hint hint() {
    return pin.hint();
  }

  /** The shards to which the open transaction has sent writes. */
  protected final List<ShardId> written() {
    return session().participants().stream().filter(Held::wrote).map(Held::shard).toList();
  }

  private StatementOptions options(int type, int concurrency, int holds) throws SQLException {
    session().requireOpen();
    return StatementOptions.of(type, concurrency, holds);
  }

  @Override
  public Statement createStatement() throws SQLException {
    return createStatement(
        ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, getHoldability());
  }

  @Override
  public Statement createStatement(int type, int concurrency) throws SQLException {
    return createStatement(type, concurrency, getHoldability());
  }

  @Override
  public Statement createStatement(int type, int concurrency, int holds) throws SQLException {
    return new LogicalStatement(this, options(type, concurrency, holds));
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    return prepare(sql, ReturnedKeys.Simple.NONE);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    return prepareStatement(sql, type, concurrency, getHoldability());
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holds)
      throws SQLException {
    return prepare(sql, ReturnedKeys.Simple.NONE, options(type, concurrency, holds));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int flag) throws SQLException {
    return prepare(sql, LogicalStatement.keys(flag));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
    return prepare(sql, LogicalStatement.keys(columns));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
    return prepare(sql, LogicalStatement.keys(columns));
  }

  private PreparedStatement prepare(String sql, ReturnedKeys keys) throws SQLException {
    return prepare(
        sql,
        keys,
        options(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, getHoldability()));
  }

  private PreparedStatement prepare(String sql, ReturnedKeys keys, StatementOptions options)
      throws SQLException {
    PreparedText text = session().gate().prepare(() -> PreparedText.of(this, sql));
    return new LogicalPreparedStatement(this, text, Invocation.Form.PREPARED, keys, options, null);
  }

  /** Prepares one statement under a hint that comes beside its text. */
  protected final PreparedStatement prepare(String sql, Hint hint) throws SQLException {
    StatementOptions options =
        options(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, getHoldability());
    PreparedText text = session().gate().prepare(() -> PreparedText.one(this, sql, hint));
    return new LogicalPreparedStatement(
        this, text, Invocation.Form.PREPARED, ReturnedKeys.Simple.NONE, options, null);
  }

  @Override
  public CallableStatement prepareCall(String sql) throws SQLException {
    return prepareCall(
        sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, getHoldability());
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
    return prepareCall(sql, type, concurrency, getHoldability());
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency, int holds)
      throws SQLException {
    StatementOptions options = options(type, concurrency, holds);
    PreparedText text = session().gate().prepare(() -> PreparedText.one(this, sql, Hint.NONE));
    return new LogicalCallableStatement(this, text, options);
  }

  @Override
  public String nativeSQL(String sql) throws SQLException {
    Held held = session().holdAny();
    try {
      return held.connection().nativeSQL(sql);
    } finally {
      session().release(held);
    }
  }

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    session().requireOpen();
    return new LogicalDatabaseMetaData(this);
  }

  @Override
  public Array createArrayOf(String typeName, Object @Nullable [] elements) throws SQLException {
    session().requireOpen();
    return new ShardArray(typeName, Snapshots.of(elements), session());
  }

  @Override
  public SQLXML createSQLXML() throws SQLException {
    Held held = session().holdAny();
    try {
      return held.connection().createSQLXML();
    } finally {
      session().release(held);
    }
  }

  @Override
  public void setShardingKey(@Nullable ShardingKey key, @Nullable ShardingKey superKey)
      throws SQLException {
    if (superKey != null) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "a super sharding key");
    }
    setShardingKey(key);
  }

  @Override
  public void setShardingKey(@Nullable ShardingKey key) throws SQLException {
    session().requireOpen();
    if (!session().participants().isEmpty()) {
      throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, "setShardingKey");
    }
    pin.set(key);
  }

  @Override
  public boolean setShardingKeyIfValid(@Nullable ShardingKey key, int timeout) throws SQLException {
    setShardingKey(key);
    return isValid(timeout);
  }

  @Override
  public boolean setShardingKeyIfValid(
      @Nullable ShardingKey key, @Nullable ShardingKey superKey, int timeout) throws SQLException {
    setShardingKey(key, superKey);
    return isValid(timeout);
  }

  /** Whether the physical connections of its transaction answer; one that holds none is valid. */
  @Override
  public boolean isValid(int timeout) throws SQLException {
    if (timeout < 0) {
      throw SqlErrors.of(ErrorCode.USAGE, "the time-out is negative");
    }
    for (Held participant : session().participants()) {
      if (!participant.connection().isValid(timeout)) {
        return false;
      }
    }
    return !session().isClosed();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : physical(type).unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    ShardId shard = physicalShard();
    if (type.isInstance(this) || shard == null) {
      return type.isInstance(this);
    }
    Held held = session().holdPrimary(shard);
    try {
      return held.connection().isWrapperFor(type);
    } finally {
      session().release(held);
    }
  }

  /** The one shard whose physical connection may be handed out. */
  private @Nullable ShardId physicalShard() {
    List<Held> participants = session().participants();
    if (participants.size() == 1) {
      return participants.get(0).shard();
    }
    List<ShardId> shards = environment.surroundings().maps().shards();
    if (participants.isEmpty() && pinned() == null && shards.size() > 1) {
      return session().kept().only().orElse(null); // where it listens, or has its locks
    }
    return participants.isEmpty() && shards.size() == 1 ? shards.get(0) : pinned();
  }

  /** The physical connection, for a caller who takes it past us. */
  final java.sql.Connection physical(Class<?> type) throws SQLException {
    session().requireOpen();
    ShardId shard = physicalShard();
    if (shard == null) {
      throw SqlErrors.of(
          ErrorCode.USAGE,
          "unwrap to "
              + type.getName()
              + " needs a connection that is on one shard: one of createConnectionBuilder()"
              + ".shardingKey(..), or, for COPY, ShardConnection.copy()");
    }
    List<Held> participants = session().participants();
    if (!participants.isEmpty() && participants.get(0).isOnReplica()) {
      return participants.get(0).connection();
    }
    return session().kept().handOut(session(), shard).connection();
  }

  /** COPY in this session. */
  protected final Copying copying() throws SQLException {
    session().requireOpen();
    Running running = Running.of(environment.hearing());
    return new Copying(
        session(),
        plans::router,
        environment.surroundings().nodes(),
        environment.mapNews(),
        running);
  }
}
