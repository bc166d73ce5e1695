package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.observe.EndedTransaction;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.pool.ShardNodes.Outcome;
import io.shardjdbc.transaction.CommitProtocol;
import java.sql.SQLException;

/** How a session's transaction ends: what is told to whom, and what goes back. */
final class TransactionEnd {

  private final Session session;
  private final ShardNodes nodes;
  private final HeldConnections held;
  private final Marking marking;
  private final Hearing hearing;
  private final Runnable afterSchemaChange;

  /**
   * @param afterSchemaChange is run when a transaction that has changed the schema ends
   */
  TransactionEnd(
      Session session,
      Surroundings surroundings,
      HeldConnections held,
      Runnable afterSchemaChange) {
    this.session = session;
    this.nodes = surroundings.nodes();
    this.hearing = surroundings.hearing();
    this.marking = surroundings.marking();
    this.held = held;
    this.afterSchemaChange = afterSchemaChange;
  }

  /** Commits what is open, if anything is, and may be. */
  void commit(CommitProtocol protocol) throws SQLException {
    OpenTransaction open = session.transaction();
    if (open == null) {
      session.forgetTransaction();
      return;
    }
    try {
      open.requireWhole();
    } catch (SQLException e) {
      rollBack();
      throw e;
    }
    if (open.failures().any()) {
      rollBack();
      return;
    }
    if (open.isolation().isUndecided()) {
      ShardMoments.chooseAny(open, held, session.state());
    }
    boolean committed = false;
    Outcome outcome = Outcome.IN_DOUBT;
    HeardEnd heard = HeardEnd.of(hearing, open);
    try {
      if (!open.participants().isEmpty()) {
        protocol.commit(open.participants());
      }
      committed = true;
      outcome = Outcome.KNOWN;
      HeardEnd.tell(heard, EndedTransaction.Outcome.COMMITTED);
    } catch (SQLException e) {
      boolean unknown = e instanceof UnknownOutcomeException;
      HeardEnd.tell(
          heard, unknown ? EndedTransaction.Outcome.UNKNOWN : EndedTransaction.Outcome.FAILED);
      outcome = SqlErrors.isRefusalOfServer(e) ? Outcome.KNOWN : Outcome.IN_DOUBT;
      throw marking.explained(open.participants(), e);
    } finally {
      end(open, committed, outcome);
    }
  }

  /** Rolls back what is open, if anything is. */
  void rollBack() {
    OpenTransaction open = session.transaction();
    if (open == null) {
      session.forgetTransaction();
      return;
    }
    HeardEnd heard = HeardEnd.of(hearing, open);
    for (Held participant : open.participants()) {
      participant.rollback();
      participant.forgetWrites();
    }
    HeardEnd.tell(heard, EndedTransaction.Outcome.ROLLED_BACK);
    end(open, false, Outcome.KNOWN);
  }

  private void end(OpenTransaction open, boolean committed, Outcome outcome) {
    session.forgetTransaction();
    if (!committed) {
      session.state(open.stateBefore().outlivedBy(session.state()));
    }
    open.noteState(session.state(), committed);
    session.kept().wentBack(true);
    for (Held participant : open.participants()) {
      participant.tellWrites(nodes, outcome, session.reads().intent());
      marking.ended(participant);
      held.endTransaction(participant);
    }
    open.forgetMap();
    if (open.changes().definitions() > 0) {
      afterSchemaChange.run();
    }
  }
}
