package io.shardjdbc.error;

import io.shardjdbc.outcome.PartialCommitException;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Refusal;
import java.sql.BatchUpdateException;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** Makes the {@code SQLException} of an error: its class by kind, its SQLSTATE, its cause. */
public final class SqlErrors {

  private static final String CONNECTION_EXCEPTION = "08";
  private static final String NOT_IN_STATE = "55000";

  private static final Set<ErrorCode> NO_ANSWER =
      EnumSet.of(
          ErrorCode.SHARD_UNAVAILABLE,
          ErrorCode.LOGIN_REFUSED,
          ErrorCode.SHARD_TIMEOUT,
          ErrorCode.SHARD_READ_ONLY);

  /** What does the work of a method that is not there. */
  private static final Map<String, String> INSTEAD =
      Map.of(
          "DataSource.setLoginTimeout", "set pool: {connectionTimeout} in the configuration",
          "DataSource.getConnection(username, password)", "name the user in the configuration",
          "Connection.createBlob", "use bytea and setBytes, or setBinaryStream",
          "Connection.createClob", "use text and setString, or setCharacterStream",
          "Connection.createNClob", "use text and setString",
          "Connection.createStruct", "bind text, and cast it to the row type",
          "Array.getResultSet", "use getArray");

  private SqlErrors() {}

  /** The exception of a code of the catalogue. */
  public static SQLException of(ErrorCode code, Object... arguments) {
    return of(code, code.message(arguments), code.sqlState(), null);
  }

  /** The exception of a code of the catalogue, with what led to it. */
  public static SQLException of(Throwable cause, ErrorCode code, Object... arguments) {
    return of(code, code.message(arguments), code.sqlState(), cause);
  }

  /** The exception a caller of JDBC gets for a refusal of the router. */
  public static SQLException of(RoutingException refusal) {
    String message = String.valueOf(refusal.getMessage());
    return of(refusal.code(), message, refusal.code().sqlState(), refusal);
  }

  /** The exception a caller of JDBC gets for a refusal that was kept. */
  public static SQLException of(Refusal refusal) {
    return of(refusal.code(), refusal.message(), refusal.code().sqlState(), null);
  }

  /** The exception of a method that is not there. */
  public static SQLException notImplemented(String method) {
    return notSupported(method);
  }

  /** The same, where JDBC names the class that is thrown. */
  public static SQLFeatureNotSupportedException notSupported(String method) {
    String instead = INSTEAD.get(method);
    String what = instead == null ? method : method + " (" + instead + ")";
    ErrorCode code = ErrorCode.NOT_IMPLEMENTED;
    return CodedErrors.refusal(code, code.message(what), code.sqlState(), null);
  }

  /** The exception of a connection that was closed. */
  public static SQLException closed(String what) {
    return of(ErrorCode.CLOSED, what);
  }

  /**
   * The exception of a statement or of rows that were closed: not one of the connection, by whose
   * SQLSTATE a pool above would throw the connection away.
   */
  public static SQLException closedPart(String what) {
    return of(ErrorCode.CLOSED, ErrorCode.CLOSED.message(what), NOT_IN_STATE, null);
  }

  /**
   * Names the shard in what its server or the driver reported. SQLSTATE, vendor code and class are
   * kept as far as they mean something to callers, and the original is the cause.
   */
  public static SQLException onShard(ShardId shard, SQLException reported) {
    if (isOurs(reported) || reported instanceof SQLFeatureNotSupportedException) {
      return reported;
    }
    if (isConnectionLost(reported)) {
      return unavailable(shard, reported);
    }
    if (reported instanceof PSQLException fromDriver) {
      return new ShardServerException(shard, fromDriver);
    }
    ErrorCode code = ErrorCode.SHARD_FAILED;
    return CodedErrors.reported(code, code.message(shard, reason(reported)), reported);
  }

  /**
   * The same error with its position in the caller's text, of which a server was given another
   * form.
   *
   * @param ahead how many characters were before the caller's text; empty where the position has to
   *     be left out
   */
  public static SQLException inCallersText(SQLException e, OptionalInt ahead) {
    return e instanceof ShardServerException its ? its.inCallersText(ahead) : e;
  }

  /**
   * The exception of a shard that cannot be reached, or whose connection broke. What we have said
   * ourselves, as of a server's settings, is said again and once, whatever a pool has put around
   * it; in an exception of its own, since a pool tells several callers of one failure.
   */
  public static SQLException unavailable(ShardId shard, SQLException reported) {
    if (isOurs(reported)) {
      return reported;
    }
    SQLException said = said(reported);
    if (said instanceof CodedError coded) {
      return of(coded.code(), reasonOf(said), String.valueOf(said.getSQLState()), reported);
    }
    SQLException first = original(reported);
    if (isRefusedLogin(first.getSQLState())) {
      ErrorCode code = ErrorCode.LOGIN_REFUSED;
      return of(code, code.message(shard, reason(reported)), first.getSQLState(), reported);
    }
    String state = reported.getSQLState();
    boolean telling = state != null && state.startsWith(CONNECTION_EXCEPTION);
    return of(
        ErrorCode.SHARD_UNAVAILABLE,
        ErrorCode.SHARD_UNAVAILABLE.message(shard, reason(reported)),
        telling && state != null ? state : ErrorCode.SHARD_UNAVAILABLE.sqlState(),
        reported);
  }

  /** Whether a server has refused, so that what was asked has certainly not been done. */
  public static boolean isRefusalOfServer(SQLException e) {
    return e instanceof ShardServerException;
  }

  /** The exception of a commit whose answer was lost on the shard that alone was written to. */
  public static SQLException commitUnknown(ShardId shard, SQLException lost) {
    ErrorCode code = ErrorCode.COMMIT_UNKNOWN;
    return new UnknownOutcomeException(code, code.message(shard), null, lost);
  }

  /**
   * The exception of a statement in auto-commit mode that may have written, and was not answered.
   */
  public static SQLException writeUnknown(ShardId shard, SQLException lost) {
    ErrorCode code = ErrorCode.WRITE_UNKNOWN;
    String message = code.message(shard, reason(lost));
    return new UnknownOutcomeException(code, message, null, lost);
  }

  /** The exception of a commit whose answer was lost on the shard that decides it. */
  public static SQLException inDoubt(TransactionId id, SQLException lost) {
    ErrorCode code = ErrorCode.IN_DOUBT;
    return new UnknownOutcomeException(code, code.message(id.decidedOn(), id), id, lost);
  }

  /** The exception of commits one after another of which the last one failed. */
  public static SQLException partialCommit(
      List<ShardId> committed, ShardId failed, SQLException reported) {
    String names = committed.stream().map(ShardId::name).collect(Collectors.joining(", "));
    String message = ErrorCode.PARTIAL_COMMIT.message(names, failed);
    return new PartialCommitException(message, committed, failed, reported);
  }

  /** The exception of a batch that an error stopped, with the counts of what was done. */
  public static BatchUpdateException ofBatch(SQLException e, long[] counts) {
    BatchUpdateException failure =
        e instanceof CodedError coded
            ? CodedErrors.ofBatch(coded.code(), e, counts)
            : new BatchUpdateException(
                e.getMessage(), e.getSQLState(), e.getErrorCode(), counts, e);
    failure.setNextException(e);
    return failure;
  }

  /** The exception of client information that could not be set. */
  public static SQLClientInfoException ofClientInfo(SQLException e) {
    return e instanceof CodedError coded
        ? CodedErrors.ofClientInfo(coded.code(), e)
        : new SQLClientInfoException(e.getMessage(), e.getSQLState(), Map.of(), e);
  }

  /** Whether a shard did not answer, as opposed to answering with an error. */
  public static boolean isNoAnswer(SQLException reported) {
    return isConnectionLost(reported)
        || (reported instanceof CodedError coded && NO_ANSWER.contains(coded.code()));
  }

  /**
   * Whether the driver itself has refused something, before it sent anything to a server: a value
   * that it cannot convert, one that is missing.
   */
  public static boolean isOfDriver(SQLException e) {
    if (e instanceof PSQLException its) {
      return its.getServerErrorMessage() == null && !isConnectionLost(its);
    }
    return e instanceof SQLFeatureNotSupportedException && !isOurs(e);
  }

  /** Whether the connection under a statement is gone, so that nothing more can be sent on it. */
  public static boolean isConnectionLost(SQLException reported) {
    String state = reported.getSQLState();
    if (state == null) {
      return false;
    }
    return state.startsWith(CONNECTION_EXCEPTION)
        || state.equals("57P01") // the server shuts down, or an administrator ended the session
        || state.equals("57P02") // it crashed
        || state.equals("57P03"); // it starts up or shuts down
  }

  private static boolean isOurs(SQLException reported) {
    return reported instanceof ShardServerException || reported instanceof CodedError;
  }

  /** What a server or the driver reported, without what was wrapped around it. */
  public static SQLException original(SQLException reported) {
    SQLException telling = reported;
    while (telling.getCause() instanceof SQLException cause) {
      telling = cause;
    }
    return telling;
  }

  /** The outermost of what is wrapped that we have said ourselves, or null. */
  private static @Nullable SQLException said(SQLException reported) {
    SQLException each = reported;
    while (each.getCause() instanceof SQLException cause) {
      if (cause instanceof CodedError) {
        return cause;
      }
      each = cause;
    }
    return null;
  }

  /** Whether a server does not let anybody in by that name, password or database. */
  private static boolean isRefusedLogin(@Nullable String state) {
    return state != null
        && (state.startsWith("28") || state.equals("3D000") || state.equals("42501"));
  }

  /** What a server or the driver said, without what was wrapped around it. */
  public static String reason(SQLException reported) {
    return reasonOf(original(reported));
  }

  private static String reasonOf(SQLException telling) {
    String message = telling.getMessage();
    return message == null ? telling.getClass().getSimpleName() : message;
  }

  private static SQLException of(
      ErrorCode code, String message, String state, @Nullable Throwable cause) {
    return CodedErrors.of(code, message, state, cause);
  }
}
