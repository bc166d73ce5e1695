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

  private final XaWork work;
  private final XaBranches branches;
  private State state = State.IDLE;
  private @Nullable BranchXid current;
  private @Nullable BranchXid prepared;
  private boolean endedElsewhere; // what was prepared
  private @Nullable BranchXid over;
  private @Nullable Thread starter;

  XaResource(XaWork work, XaBranches branches) {
    this.work = work;
    this.branches = branches;
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    if (flags != TMNOFLAGS && flags != TMJOIN && flags != TMRESUME) {
      throw XaFault.of(XAException.XAER_INVAL, "unknown flags", null);
    }
    BranchXid named = BranchXid.of(xid);
    if (state == State.ACTIVE) {
      throw XaFault.protocol("the connection works on a branch");
    }
    if (flags == TMJOIN || flags == TMRESUME) {
      requireEnded(named);
    } else if (state == State.ENDED) {
      throw XaFault.of(XAException.XAER_RMERR, "a connection works on one branch at a time", null);
    } else if (named.equals(prepared) && !endedElsewhere) {
      throw XaFault.of(XAException.XAER_DUPID, "the branch is prepared already", null);
    } else {
      try {
        work.session().begin();
      } catch (SQLException e) {
        throw XaFault.of(XAException.XAER_RMERR, "no transaction could be begun", e);
      }
      work.branchBegun();
      current = named;
      prepared = null;
      over = null;
    }
    starter = Thread.currentThread();
    state = State.ACTIVE;
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    if (flags != TMSUCCESS && flags != TMFAIL && flags != TMSUSPEND) {
      throw XaFault.of(XAException.XAER_INVAL, "unknown flags", null);
    }
    BranchXid named = BranchXid.of(xid);
    if (state != State.ACTIVE || !named.equals(current)) {
      throw XaFault.protocol("the connection does not work on the branch");
    }
    state = State.ENDED;
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    BranchXid named = requireOwnEnded(xid);
    PrepareOnly protocol = branches.preparing(named);
    try {
      work.session().commit(protocol);
    } catch (SQLException e) {
      // What was prepared before it failed is found by its name, should its rollback be lost.
      over = named;
      throw XaFault.rolledBack(e);
    } finally {
      leave();
    }
    prepared = named;
    endedElsewhere = false;
    over = protocol.hasPrepared() ? null : named;
    return protocol.hasPrepared() ? XA_OK : XA_RDONLY;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    BranchXid named = BranchXid.of(xid);
    if (!onePhase) {
      if (state != State.IDLE) {
        throw XaFault.protocol("the connection works on a branch, which is not prepared");
      }
      endPrepared(named, true);
      return;
    }
    requireOwnEnded(xid);
    try {
      work.session().commit();
    } catch (UnknownOutcomeException e) {
      throw XaFault.of(XAException.XA_HEURHAZ, String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw XaFault.rolledBack(e);
    } finally {
      leave();
    }
  }

  /**
   * A manager whose patience is over rolls back in a thread of its own, while the application still
   * works in the branch. What that does next would stand by itself, so its connection is closed.
   */
  @Override
  public void rollback(Xid xid) throws XAException {
    BranchXid named = BranchXid.of(xid);
    if (state == State.IDLE || !named.equals(current)) {
      endPrepared(named, false);
      return;
    }
    try {
      if (starter == Thread.currentThread()) {
        work.session().rollback();
      } else {
        work.takeAway();
      }
    } catch (SQLException e) {
      throw XaFault.of(XAException.XAER_RMERR, String.valueOf(e.getMessage()), e);
    } finally {
      leave();
    }
  }

  /**
   * A branch that was prepared here and is gone was ended by somebody else, who knows how. One that
   * was over when the manager was answered, because it had only read or could not be prepared, has
   * nothing to end: a manager that says so all the same is not told of a fault.
   */
  private void endPrepared(BranchXid named, boolean commit) throws XAException {
    if (work.isClosed()) {
      throw XaFault.of(XAException.XAER_RMFAIL, "the connection is closed", null);
    }
    boolean wasOver = named.equals(over) && (!commit || named.equals(prepared));
    try {
      branches.end(named, commit);
      prepared = null;
    } catch (XAException e) {
      if (e.errorCode == XAException.XAER_NOTA && wasOver) {
        prepared = null;
        over = null;
        return;
      }
      if (e.errorCode == XAException.XAER_NOTA && named.equals(prepared)) {
        endedElsewhere = true;
        throw XaFault.of(XAException.XAER_RMERR, "somebody else has ended the branch", e);
      }
      throw e;
    }
  }

  /** All prepared branches at the start of a scan; there is no second page. */
  @Override
  public Xid[] recover(int flags) throws XAException {
    if ((flags & ~(TMSTARTRSCAN | TMENDRSCAN)) != 0) {
      throw XaFault.of(XAException.XAER_INVAL, "unknown flags", null);
    }
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

  /** The branch, if it is this connection's, and its work is done but not prepared or committed. */
  private BranchXid requireOwnEnded(Xid xid) throws XAException {
    BranchXid named = BranchXid.of(xid);
    if (work.isClosed()) {
      throw XaFault.of(XAException.XAER_RMFAIL, "the connection is closed", null);
    }
    if (named.equals(prepared)) {
      throw XaFault.protocol("the branch is prepared");
    }
    if (!named.equals(current)) {
      throw XaFault.of(XAException.XAER_NOTA, "the connection has not worked on the branch", null);
    }
    return requireEnded(named);
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
    starter = null;
    try {
      work.session().end();
      work.branchEnded();
    } catch (SQLException e) {
      throw XaFault.of(XAException.XAER_RMFAIL, "the connection is lost", e);
    }
  }
}
