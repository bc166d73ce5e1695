package io.shardjdbc.xa;

import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.transaction.PrepareOnly;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A session as a transaction manager sees it: it works on one branch at a time, and ends any.
 *
 * <p>Meant for one thread at a time, as the connection is.
 */
final class XaResource implements XAResource {

  private enum State {
    /** No branch. */
    IDLE,
    /** Statements belong to the branch. */
    ACTIVE,
    /** The work is done, and waits to be prepared, committed or rolled back. */
    ENDED
  }

  private final XaSession session;
  private final XaBranches branches;
  private State state = State.IDLE;
  private @Nullable BranchXid current;

  XaResource(XaSession session, XaBranches branches) {
    this.session = session;
    this.branches = branches;
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    BranchXid named = BranchXid.of(xid);
    if (flags == TMJOIN || flags == TMRESUME) {
      requireEnded(named);
    } else if (flags != TMNOFLAGS) {
      throw XaFault.of(XAException.XAER_INVAL, "unknown flags", null);
    } else if (state != State.IDLE) {
      throw XaFault.protocol("the connection works on another branch");
    } else {
      try {
        session.begin();
      } catch (SQLException e) {
        throw XaFault.of(XAException.XAER_RMERR, "no transaction could be begun", e);
      }
      current = named;
    }
    state = State.ACTIVE;
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    if (state != State.ACTIVE || !BranchXid.of(xid).equals(current)) {
      throw XaFault.protocol("the connection does not work on the branch");
    }
    state = State.ENDED;
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    BranchXid named = requireEnded(BranchXid.of(xid));
    PrepareOnly protocol = branches.preparing(named);
    try {
      session.commit(protocol);
    } catch (SQLException e) {
      // What was prepared before it failed is found by its name, should its rollback be lost.
      throw XaFault.of(XAException.XA_RBROLLBACK, String.valueOf(e.getMessage()), e);
    } finally {
      leave();
    }
    return protocol.hasPrepared() ? XA_OK : XA_RDONLY;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    BranchXid named = BranchXid.of(xid);
    if (!onePhase) {
      branches.end(named, true);
      return;
    }
    requireEnded(named);
    try {
      session.commit();
    } catch (UnknownOutcomeException e) {
      throw XaFault.of(XAException.XA_HEURHAZ, String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw XaFault.of(XAException.XA_RBROLLBACK, String.valueOf(e.getMessage()), e);
    } finally {
      leave();
    }
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    BranchXid named = BranchXid.of(xid);
    if (state == State.IDLE || !named.equals(current)) {
      branches.end(named, false);
      return;
    }
    try {
      session.rollback();
    } catch (SQLException e) {
      throw XaFault.of(XAException.XAER_RMERR, String.valueOf(e.getMessage()), e);
    } finally {
      leave();
    }
  }

  /** All prepared branches at the start of a scan; there is no second page. */
  @Override
  public Xid[] recover(int flags) throws XAException {
    return (flags & TMSTARTRSCAN) == 0 ? new Xid[0] : branches.recover();
  }

  /** Nothing is ever ended by a guess, so there is nothing to forget. */
  @Override
  public void forget(Xid xid) throws XAException {
    throw XaFault.of(XAException.XAER_NOTA, "no branch was ended heuristically", null);
  }

  @Override
  public boolean isSameRM(XAResource other) {
    return other == this; // a branch is the work of one session
  }

  @Override
  public int getTransactionTimeout() {
    return 0;
  }

  @Override
  public boolean setTransactionTimeout(int seconds) {
    return false;
  }

  private BranchXid requireEnded(BranchXid named) throws XAException {
    if (state != State.ENDED || !named.equals(current)) {
      throw XaFault.protocol("the connection has not ended work on the branch");
    }
    return named;
  }

  private void leave() throws XAException {
    state = State.IDLE;
    current = null;
    try {
      session.end();
    } catch (SQLException e) {
      throw XaFault.of(XAException.XAER_RMFAIL, "the connection is lost", e);
    }
  }
}
