package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.hear.HeardPart;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.session.Exposure;
import io.shardjdbc.session.Held;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One shard's part of an execution: its connection, its physical statement, its answer.
 *
 * <p>One thread runs it; any thread may cancel it.
 */
public abstract sealed class ShardCall permits StatementCall, FetchCall, BatchCall, ConnectionCall {

  private static final String CANCELLED = "57014";
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Held held;
  private volatile @Nullable Statement physical;
  private volatile boolean cancelled;
  private boolean returnsRows;

  ShardCall(Held held) {
    this.held = held;
  }

  public final ShardId shard() {
    return held.shard();
  }

  public final Held held() {
    return held;
  }

  /** Whether rows came back, and not an update count. */
  public final boolean returnsRows() {
    return returnsRows;
  }

  /** The physical statement that was executed. */
  public final Statement physical() throws SQLException {
    Statement open = physical;
    if (open == null) {
      throw SqlErrors.closedPart("the statement");
    }
    return open;
  }

  /** The rows that came back. */
  public final ResultSet rows() throws SQLException {
    return physical().getResultSet();
  }

  public final long updateCount() throws SQLException {
    return physical().getLargeUpdateCount();
  }

  /** Makes physical statements, executes them, and says whether rows came back. */
  abstract boolean execute() throws SQLException;

  abstract Duration timeout();

  /** Leaves out what is hidden on its shard by the execution's map. */
  void leaveOutHidden(Execution<?> execution) throws SQLException {}

  /** Whether it is one transaction in auto-commit mode, or else may commit part after part. */
  abstract boolean endsAlone();

  /** Whether it is something that the library asks for the statement's sake. */
  boolean isOfLibrary() {
    return false;
  }

  /** How many rows it has changed; less than 0 where that is not known. */
  long changed() throws SQLException {
    return returnsRows ? -1 : updateCount();
  }

  /**
   * Executes it, as a part of an execution. The failure is the driver's own and names no shard yet.
   */
  final void run(Execution<?> execution) throws SQLException {
    if (execution.map().moving().hidesOn(shard()) && mayMeetCopies(execution.route())) {
      leaveOutHidden(execution);
    }
    HeardPart heard = execution.running().begun(this, execution.route());
    if (heard == null) {
      run();
      return;
    }
    try {
      run();
    } catch (SQLException | RuntimeException | Error e) {
      heard.failed(e);
      throw e;
    }
    long changed = changed();
    heard.answered(changed < 0 ? OptionalLong.empty() : OptionalLong.of(changed));
  }

  /** A shard that is asked for its own keys alone has no copies of them; of several, it may. */
  private static boolean mayMeetCopies(Route route) {
    return route.keys().isAny() || route.isOverSeveralShards();
  }

  private void run() throws SQLException {
    held.used();
    Duration timeout = timeout();
    try {
      returnsRows = timeout.isZero() ? execute() : executeWithin(timeout);
    } catch (RuntimeException | Error e) {
      held.cut();
      throw e;
    }
    held.exposure(Exposure.NONE);
  }

  /** Takes a physical statement into use, so that others can cancel it. */
  final <S extends Statement> S using(S statement) throws SQLException {
    physical = held.opened(statement);
    if (cancelled) {
      throw SqlErrors.of(ErrorCode.CANCELLED, shard());
    }
    Duration timeout = timeout();
    if (!timeout.isZero()) {
      statement.setQueryTimeout((int) timeout.toSeconds());
    }
    if (held.exposure() != Exposure.NONE) {
      held.exposure(held.exposure().sent(endsAlone()));
    }
    return statement;
  }

  /**
   * The driver cancels at the time-out, which takes a server that listens; the socket's own
   * time-out behind it is for one that does not.
   */
  private boolean executeWithin(Duration timeout) throws SQLException {
    Connection connection = held.connection();
    int before = connection.getNetworkTimeout();
    int guard = (int) Math.min(Integer.MAX_VALUE, timeout.plus(GRACE).toMillis());
    connection.setNetworkTimeout(Runnable::run, before == 0 ? guard : Math.min(before, guard));
    try {
      return execute();
    } catch (SQLException e) {
      boolean timedOut = CANCELLED.equals(e.getSQLState()) && !cancelled;
      throw timedOut || e.getCause() instanceof SocketTimeoutException ? timedOut(e, timeout) : e;
    } finally {
      if (!connection.isClosed()) {
        connection.setNetworkTimeout(Runnable::run, before);
      }
    }
  }

  final SQLException timedOut(@Nullable SQLException e, Duration timeout) {
    String length = timeout.toString().substring(2).toLowerCase(Locale.ROOT);
    return e == null
        ? SqlErrors.of(ErrorCode.SHARD_TIMEOUT, shard(), length)
        : SqlErrors.of(e, ErrorCode.SHARD_TIMEOUT, shard(), length);
  }

  /** Asks the server to stop it, wherever it is; what it has finished stays. */
  public final void cancel() throws SQLException {
    cancelled = true;
    cancelNow();
  }

  void cancelNow() throws SQLException {
    Statement running = physical;
    if (running != null) {
      running.cancel();
    }
  }

  /**
   * Asks the server to stop whatever the connection runs. The driver asks but once for a statement;
   * who asks again has to see to it that the connection serves nobody else meanwhile.
   */
  final void cancelAgain() throws SQLException {
    held.connection().unwrap(PGConnection.class).cancelQuery();
  }

  /** Cuts the connection, when the server does not answer. */
  final void cut() {
    try {
      held.connection().abort(Runnable::run);
    } catch (SQLException e) {
      // Whoever waits for it learns from the socket.
    }
  }

  /** Closes the physical statement; the connection stays held. */
  public final void close() {
    Statement open = physical;
    physical = null;
    if (open != null) {
      held.close(open);
    }
  }
}
