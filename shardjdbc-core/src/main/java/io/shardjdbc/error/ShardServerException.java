package io.shardjdbc.error;

import io.shardjdbc.routing.ShardId;
import java.io.Serial;
import org.jspecify.annotations.Nullable;
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

  @Override
  public @Nullable String getSQLState() {
    return sqlState;
  }

  @Override
  public @Nullable ServerErrorMessage getServerErrorMessage() {
    return serverError;
  }
}
