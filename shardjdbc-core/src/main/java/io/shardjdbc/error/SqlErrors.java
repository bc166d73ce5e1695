package io.shardjdbc.error;

import io.shardjdbc.outcome.PartialCommitException;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** Makes the {@code SQLException} of an error: its class by kind, its SQLSTATE, its cause. */
public final class SqlErrors {

  private static final String CONNECTION_EXCEPTION = "08";
  private static final String NOT_IN_STATE = "55000";
  private static final String OUR_PREFIX = "SJ0";

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

  /** Whether it is this error of the catalogue. */
  public static boolean is(SQLException e, ErrorCode code) {
    String message = e.getMessage();
    return message != null && message.startsWith(code.code() + ":");
  }

  /** The exception of a method that is not there. */
  public static SQLException notImplemented(String method) {
    String instead = INSTEAD.get(method);
    return of(ErrorCode.NOT_IMPLEMENTED, instead == null ? method : method + " (" + instead + ")");
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
    return new SQLException(
        ErrorCode.SHARD_FAILED.message(shard, reason(reported)),
        reported.getSQLState(),
        reported.getErrorCode(),
        reported);
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

  /** The exception of a shard that cannot be reached, or whose connection broke. */
  public static SQLException unavailable(ShardId shard, SQLException reported) {
    if (isOurs(reported)) {
      return reported;
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
    return new UnknownOutcomeException(code.message(shard), code.sqlState(), null, lost);
  }

  /**
   * The exception of a statement in auto-commit mode that may have written, and was not answered.
   */
  public static SQLException writeUnknown(ShardId shard, SQLException lost) {
    ErrorCode code = ErrorCode.WRITE_UNKNOWN;
    String message = code.message(shard, reason(lost));
    return new UnknownOutcomeException(message, code.sqlState(), null, lost);
  }

  /** The exception of a commit whose answer was lost on the shard that decides it. */
  public static SQLException inDoubt(TransactionId id, SQLException lost) {
    ErrorCode code = ErrorCode.IN_DOUBT;
    return new UnknownOutcomeException(code.message(id.decidedOn(), id), code.sqlState(), id, lost);
  }

  /** The exception of commits one after another of which the last one failed. */
  public static SQLException partialCommit(
      List<ShardId> committed, ShardId failed, SQLException reported) {
    ErrorCode code = ErrorCode.PARTIAL_COMMIT;
    String names = committed.stream().map(ShardId::name).collect(Collectors.joining(", "));
    return new PartialCommitException(
        code.message(names, failed), code.sqlState(), committed, failed, reported);
  }

  /** Whether a shard did not answer, as opposed to answering with an error. */
  public static boolean isNoAnswer(SQLException reported) {
    return is(reported, ErrorCode.SHARD_UNAVAILABLE)
        || is(reported, ErrorCode.LOGIN_REFUSED)
        || is(reported, ErrorCode.SHARD_TIMEOUT)
        || is(reported, ErrorCode.SHARD_READ_ONLY)
        || isConnectionLost(reported);
  }

  /**
   * Whether the driver itself has refused something, before it sent anything to a server: a value
   * that it cannot convert, one that is missing.
   */
  public static boolean isOfDriver(SQLException e) {
    return e instanceof PSQLException its
        && its.getServerErrorMessage() == null
        && !isConnectionLost(its);
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
    return reported instanceof ShardServerException || isOfCatalogue(reported);
  }

  /** Whether it is an error of the catalogue, rather than one that a server reported. */
  public static boolean isOfCatalogue(SQLException e) {
    String message = e.getMessage();
    return message != null && message.startsWith(OUR_PREFIX);
  }

  /** What a server or the driver reported, without what was wrapped around it. */
  public static SQLException original(SQLException reported) {
    SQLException telling = reported;
    while (telling.getCause() instanceof SQLException cause) {
      telling = cause;
    }
    return telling;
  }

  /** Whether a server does not let anybody in by that name, password or database. */
  private static boolean isRefusedLogin(@Nullable String state) {
    return state != null && (state.startsWith("28") || state.equals("3D000"));
  }

  /** What a server or the driver said, without what was wrapped around it. */
  public static String reason(SQLException reported) {
    SQLException telling = original(reported);
    String message = telling.getMessage();
    return message == null ? telling.getClass().getSimpleName() : message;
  }

  private static SQLException of(
      ErrorCode code, String message, String state, @Nullable Throwable cause) {
    return switch (code.kind()) {
      case CONFIGURATION -> new SQLNonTransientConnectionException(message, state, cause);
      case SYNTAX -> new SQLSyntaxErrorException(message, state, cause);
      case REFUSAL -> new SQLFeatureNotSupportedException(message, state, cause);
      case UNAVAILABLE -> new SQLTransientConnectionException(message, state, cause);
      case TIMEOUT -> new SQLTimeoutException(message, state, cause);
      case TRANSACTION, USAGE -> new SQLNonTransientException(message, state, cause);
      case SERVER -> new SQLException(message, state, cause);
      case WARNING -> new SQLWarning(message, state, cause);
    };
  }
}
