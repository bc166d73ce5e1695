package io.shardjdbc.transaction;

import io.shardjdbc.config.DecisionDurability;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Prepares what has written, for somebody else to decide, and ends the rest.
 *
 * <p>The first part that is prepared shares the {@linkplain DecisionLock lock of deciders}, for as
 * long as it is prepared. The others need none: whoever ends the branch ends that one last. If each
 * waited for a lock of its own, a branch that has one of them and somebody who has another one
 * alone would wait for each other.
 *
 * <p>Of one transaction; not thread-safe. Every writer is prepared, for none of them may commit
 * before whoever decides has decided. So is whoever may have written and has no transaction id: it
 * may have notified, which a server only counts when it commits, and refuses to prepare.
 */
public final class PrepareOnly implements CommitProtocol {

  private final Function<Participant, String> gids;
  private final DecisionDurability durability;
  private final List<Participant> prepared = new ArrayList<>();

  /**
   * @param gids the names to prepare under, of characters that need no escape
   * @param durability what preparing waits for at least; what is prepared is promised to somebody
   */
  public PrepareOnly(Function<Participant, String> gids, DecisionDurability durability) {
    this.gids = gids;
    this.durability = durability;
  }

  /** Whether there is anything to be ended now. */
  public boolean hasPrepared() {
    return !prepared.isEmpty();
  }

  @Override
  public void commit(List<? extends Participant> participants) throws SQLException {
    Participant at = participants.get(0);
    try {
      for (Participant participant : participants) {
        at = participant;
        if (participant.mayHaveWritten() || hasWritten(participant)) {
          execute(
              participant,
              DecisionTable.prepareForOthers(
                  literal(participant), durability.setting(), prepared.isEmpty()));
          prepared.add(participant);
        }
      }
    } catch (SQLException e) {
      at.failed(e);
      participants.forEach(Participant::rollback);
      prepared.forEach(this::rollBackPrepared);
      prepared.clear();
      throw e.getSQLState() != null && e.getSQLState().equals("0A000")
          ? SqlErrors.of(e, ErrorCode.NOT_PREPARABLE, at.shard(), SqlErrors.reason(e))
          : SqlErrors.onShard(at.shard(), e);
    }
    for (Participant participant : participants) {
      if (!prepared.contains(participant)) {
        participant.rollback(); // it has changed nothing
      }
    }
  }

  private String literal(Participant participant) {
    return "'" + gids.apply(participant) + "'";
  }

  private static boolean hasWritten(Participant participant) throws SQLException {
    try (Statement statement = participant.connection().createStatement();
        ResultSet row = statement.executeQuery(Branch.HAS_WRITTEN)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void rollBackPrepared(Participant participant) {
    try {
      participant.connection().setAutoCommit(true);
      execute(participant, "ROLLBACK PREPARED " + literal(participant));
    } catch (SQLException e) {
      participant.failed(e);
    }
  }

  private static void execute(Participant participant, String sql) throws SQLException {
    try (Statement statement = participant.connection().createStatement()) {
      statement.execute(sql);
    }
  }
}
