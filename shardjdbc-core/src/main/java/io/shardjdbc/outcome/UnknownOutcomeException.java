package io.shardjdbc.outcome;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import java.io.Serial;
import java.sql.SQLNonTransientException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection was lost in the middle of a commit, so that the caller cannot know yet whether the
 * transaction committed. Nothing is half done: it stands, or will stand, on all of its shards or on
 * none.
 *
 * <p>In auto-commit mode each statement commits, so the same is said of one that may write, was
 * sent, and was not answered. A batch or a procedure that commits on its way may stand in part.
 *
 * <p>A transaction that was decided over several shards has an id, and {@code
 * dataSource.transactions().outcome(id)} answers as soon as the deciding shard can be asked. One
 * that was written to a single shard has none, because its commit was the server's own: read back
 * what was written before doing it again.
 */
public final class UnknownOutcomeException extends SQLNonTransientException implements CodedError {
  @Serial private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable String transaction;

  /** For the library itself. */
  public UnknownOutcomeException(
      ErrorCode code, String message, @Nullable TransactionId transaction, Throwable cause) {
    super(message, code.sqlState(), cause);
    this.code = code;
    this.transaction = transaction == null ? null : transaction.toString();
  }

  @Override
  public ErrorCode code() {
    return code;
  }

  /** The id to ask for the outcome with; empty if only one shard was written to. */
  public Optional<TransactionId> transaction() {
    return Optional.ofNullable(transaction).map(TransactionId::parse);
  }
}
