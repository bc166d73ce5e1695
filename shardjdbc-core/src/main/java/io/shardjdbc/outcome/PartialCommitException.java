package io.shardjdbc.outcome;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.io.Serial;
import java.sql.SQLNonTransientException;
import java.util.List;

/**
 * A commit without two phases failed after some shards had committed: the transaction stands on
 * those and not on the others.
 */
public final class PartialCommitException extends SQLNonTransientException implements CodedError {
  @Serial private static final long serialVersionUID = 1L;

  private final String[] committed;
  private final String failed;

  /** For the library itself. */
  public PartialCommitException(
      String message, List<ShardId> committed, ShardId failed, Throwable cause) {
    super(message, ErrorCode.PARTIAL_COMMIT.sqlState(), cause);
    this.committed = committed.stream().map(ShardId::name).toArray(String[]::new);
    this.failed = failed.name();
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.PARTIAL_COMMIT;
  }

  /** The shards on which it stands, in the order in which they committed. */
  public List<ShardId> committed() {
    return List.of(committed).stream().map(ShardId::new).toList();
  }

  /**
   * The shard whose commit failed. If its connection was lost meanwhile, it may have committed too.
   */
  public ShardId failed() {
    return new ShardId(failed);
  }
}
