package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * What has aborted a transaction: a failure that one of its servers knows of, or one that none
 * does.
 *
 * <p>A server is asked by what it said last, so that no path to it can forget to tell.
 */
final class Failures {

  private final List<Held> participants;
  private volatile @Nullable ShardId lost;
  private volatile boolean refused;
  private int parts;

  Failures(List<Held> participants) {
    this.participants = participants;
  }

  /** Notes that a statement has failed on a shard, whatever its connection says later. */
  void on(ShardId shard) {
    lost = shard;
  }

  /** Notes that a statement has failed, of which no server need know. */
  void refused() {
    refused = true;
  }

  /** Notes that another statement of the caller begins. */
  void nextStatement() {
    parts = 0;
  }

  /** Notes that the statement is about to run on another shard, or there once more. */
  void nextPart() {
    parts++;
  }

  /** Whether a part of the statement may have run although another was not sent. */
  boolean mayHaveRunInPart() {
    return parts > 1;
  }

  /** Forgets what is undone, by a savepoint or with the participant that it happened to. */
  void forget() {
    lost = null;
    refused = false;
  }

  /** Whether nothing but a rollback may follow. */
  boolean any() {
    return refused || shard() != null;
  }

  /** Refuses what is anything but a rollback. */
  void requireNone() throws SQLException {
    ShardId failed = shard();
    if (failed != null || refused) {
      throw error(failed);
    }
  }

  SQLException error() {
    return error(shard());
  }

  private static SQLException error(@Nullable ShardId failed) {
    return SqlErrors.of(
        ErrorCode.TRANSACTION_ABORTED,
        failed == null ? "was refused" : "failed on shard " + failed);
  }

  private @Nullable ShardId shard() {
    for (int i = 0; i < participants.size(); i++) {
      Held participant = participants.get(i);
      if (!participant.isBroken()
          && participant.physical().transactionState() == TransactionState.FAILED) {
        return participant.shard();
      }
    }
    return lost;
  }
}
