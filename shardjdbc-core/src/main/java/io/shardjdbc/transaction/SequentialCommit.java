package io.shardjdbc.transaction;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits one participant after another.
 *
 * <p>Those that only read end first: when one of them fails, nothing has been committed yet and the
 * rest is rolled back. With one writer that makes the transaction as atomic as the writer's own.
 * With several writers a failure between two commits leaves the first ones committed; that is
 * reported, with the shards' names, as {@link ErrorCode#PARTIAL_COMMIT}. What can be known before
 * is: deferred constraints are checked on all of them before the first one commits.
 */
public final class SequentialCommit implements CommitProtocol {

  @Override
  public void commit(List<? extends Participant> participants) throws SQLException {
    if (participants.size() == 1) {
      commitOnly(participants.get(0));
      return;
    }
    List<Participant> order = new ArrayList<>(participants.size());
    participants.stream().filter(p -> !p.wrote()).forEach(order::add);
    participants.stream().filter(Participant::wrote).forEach(order::add);
    checkDeferred(order);
    List<ShardId> committed = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      Participant participant = order.get(i);
      try {
        participant.commit();
      } catch (SQLException e) {
        order.subList(i, order.size()).forEach(Participant::rollback);
        throw committed.isEmpty()
            ? failed(participant, e)
            : SqlErrors.partialCommit(committed, participant.shard(), e);
      }
      if (participant.wrote()) {
        committed.add(participant.shard());
      }
    }
  }

  private static void checkDeferred(List<Participant> participants) throws SQLException {
    List<Participant> writers = participants.stream().filter(Participant::wrote).toList();
    if (writers.size() == 1) {
      return; // its commit checks them
    }
    for (Participant writer : writers) {
      try (Statement statement = writer.connection().createStatement()) {
        statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
      } catch (SQLException e) {
        participants.forEach(Participant::rollback);
        throw SqlErrors.onShard(writer.shard(), e);
      }
    }
  }

  private static void commitOnly(Participant participant) throws SQLException {
    try {
      participant.commit();
    } catch (SQLException e) {
      participant.rollback();
      throw failed(participant, e);
    }
  }

  private static SQLException failed(Participant participant, SQLException e) {
    return participant.mayHaveWritten() && SqlErrors.isConnectionLost(e)
        ? SqlErrors.commitUnknown(participant.shard(), e)
        : SqlErrors.onShard(participant.shard(), e);
  }
}
