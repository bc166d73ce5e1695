package io.shardjdbc.error;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import java.io.Serial;
import java.sql.BatchUpdateException;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.sql.SQLWarning;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JDBC's exceptions, each with the entry of the catalogue that it was made of.
 *
 * <p>JDBC tells errors apart by classes, so each class that a {@linkplain ErrorCode.Kind kind}
 * travels under has one of its own here.
 */
final class CodedErrors {

  private CodedErrors() {}

  static SQLException of(ErrorCode code, String message, String state, @Nullable Throwable cause) {
    return switch (code.kind()) {
      case CONFIGURATION -> new NonTransientConnection(code, message, state, cause);
      case SYNTAX -> new SyntaxError(code, message, state, cause);
      case REFUSAL -> new FeatureNotSupported(code, message, state, cause);
      case UNAVAILABLE -> new TransientConnection(code, message, state, cause);
      case TIMEOUT -> new Timeout(code, message, state, cause);
      case TRANSACTION, USAGE -> new NonTransient(code, message, state, cause);
      case SERVER -> new Reported(code, message, state, 0, cause);
      case WARNING -> new Warning(code, message, state, cause);
    };
  }

  static SQLFeatureNotSupportedException refusal(
      ErrorCode code, String message, String state, @Nullable Throwable cause) {
    return new FeatureNotSupported(code, message, state, cause);
  }

  static SQLException reported(ErrorCode code, String message, SQLException reported) {
    return new Reported(code, message, reported.getSQLState(), reported.getErrorCode(), reported);
  }

  static BatchUpdateException ofBatch(ErrorCode code, SQLException e, long[] counts) {
    return new Batch(code, e, counts);
  }

  static SQLClientInfoException ofClientInfo(ErrorCode code, SQLException e) {
    return new ClientInfo(code, e);
  }

  private static final class NonTransientConnection extends SQLNonTransientConnectionException
      implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    NonTransientConnection(
        ErrorCode code, String message, String state, @Nullable Throwable cause) {
      super(message, state, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  private static final class SyntaxError extends SQLSyntaxErrorException implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    SyntaxError(ErrorCode code, String message, String state, @Nullable Throwable cause) {
      super(message, state, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  private static final class FeatureNotSupported extends SQLFeatureNotSupportedException
      implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    FeatureNotSupported(ErrorCode code, String message, String state, @Nullable Throwable cause) {
      super(message, state, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  private static final class TransientConnection extends SQLTransientConnectionException
      implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    TransientConnection(ErrorCode code, String message, String state, @Nullable Throwable cause) {
      super(message, state, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  /**
   * Of 57014, as the driver throws it; but no {@code SQLTimeoutException}, at which pools around
   * the logical connection close it under a caller who has to roll back.
   */
  private static final class Timeout extends SQLTransientException implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    Timeout(ErrorCode code, String message, String state, @Nullable Throwable cause) {
      super(message, state, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  private static final class NonTransient extends SQLNonTransientException implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    NonTransient(ErrorCode code, String message, String state, @Nullable Throwable cause) {
      super(message, state, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  /** What a server or a driver reported by no class that says more. */
  private static final class Reported extends SQLException implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    Reported(
        ErrorCode code,
        String message,
        @Nullable String state,
        int vendorCode,
        @Nullable Throwable cause) {
      super(message, state, vendorCode, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  private static final class Warning extends SQLWarning implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    Warning(ErrorCode code, String message, String state, @Nullable Throwable cause) {
      super(message, state, cause);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  /** What stopped a batch, with the counts of what was done before. */
  private static final class Batch extends BatchUpdateException implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    Batch(ErrorCode code, SQLException e, long[] counts) {
      super(e.getMessage(), e.getSQLState(), e.getErrorCode(), counts, e);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }

  private static final class ClientInfo extends SQLClientInfoException implements CodedError {
    @Serial private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    ClientInfo(ErrorCode code, SQLException e) {
      super(e.getMessage(), e.getSQLState(), Map.of(), e);
      this.code = code;
    }

    @Override
    public ErrorCode code() {
      return code;
    }
  }
}
