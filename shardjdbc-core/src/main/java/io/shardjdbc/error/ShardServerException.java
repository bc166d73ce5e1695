package io.shardjdbc.error;

import io.shardjdbc.routing.ShardId;
import java.io.Serial;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/**
 * An error of the driver or of a shard's server, with the shard's name behind the message.
 *
 * <p>It stays a {@link PSQLException}, because programs catch that class and read {@link
 * #getServerErrorMessage()}; SQLSTATE and vendor code are the original's, and the original is the
 * cause.
 */
final class ShardServerException extends PSQLException {
  @Serial private static final long serialVersionUID = 1L;

  private final @Nullable String sqlState;
  private final @Nullable ServerErrorMessage serverError;

  ShardServerException(ShardId shard, PSQLException reported) {
    super(reported.getMessage() + " (shard " + shard + ")", PSQLState.UNKNOWN_STATE, reported);
    this.sqlState = reported.getSQLState();
    this.serverError = reported.getServerErrorMessage();
    if (reported.getNextException() != null) {
      setNextException(reported.getNextException());
    }
  }

  private ShardServerException(
      String message, ServerErrorMessage serverError, ShardServerException original) {
    super(message, PSQLState.UNKNOWN_STATE, original.getCause());
    this.sqlState = original.sqlState;
    this.serverError = serverError;
    if (original.getNextException() != null) {
      setNextException(original.getNextException());
    }
  }

  /**
   * The same where the server was given another text than the caller's.
   *
   * @param ahead how many characters were before the caller's text; empty where there is no telling
   *     where in it the error is, which is then left out
   */
  ShardServerException inCallersText(OptionalInt ahead) {
    ServerErrorMessage its = serverError;
    if (its == null || its.getPosition() == 0) {
      return this;
    }
    int position = ahead.isPresent() ? its.getPosition() - ahead.getAsInt() : 0;
    String line = "\n  " + GT.tr("Position: {0}", its.getPosition());
    String instead = position > 0 ? "\n  " + GT.tr("Position: {0}", position) : "";
    String message = String.valueOf(getMessage()).replace(line, instead);
    return new ShardServerException(message, PlacedError.at(position, its), this);
  }

  @Override
  public @Nullable String getSQLState() {
    return sqlState;
  }

  @Override
  public @Nullable ServerErrorMessage getServerErrorMessage() {
    return serverError;
  }
}
