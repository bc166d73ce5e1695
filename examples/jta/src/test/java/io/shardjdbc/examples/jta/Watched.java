package io.shardjdbc.examples.jta;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource in front of which a test stands, to do something before it takes a step. */
final class Watched implements XAResource {

  private final XAResource resource;
  private final Event event;

  /** The steps that the manager asks for when the work is done. */
  enum Step {
    PREPARE,
    COMMIT
  }

  /** Is told of each step before it is taken. */
  interface Event {
    void before(Step step);
  }

  Watched(XAResource resource, Event event) {
    this.resource = resource;
    this.event = event;
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    event.before(Step.PREPARE);
    return resource.prepare(xid);
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    event.before(Step.COMMIT);
    resource.commit(xid, onePhase);
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    resource.start(xid, flags);
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    resource.end(xid, flags);
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    resource.rollback(xid);
  }

  @Override
  public void forget(Xid xid) throws XAException {
    resource.forget(xid);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    return resource.recover(flags);
  }

  @Override
  public boolean isSameRM(XAResource other) throws XAException {
    return resource.isSameRM(other);
  }

  @Override
  public int getTransactionTimeout() throws XAException {
    return resource.getTransactionTimeout();
  }

  @Override
  public boolean setTransactionTimeout(int seconds) throws XAException {
    return resource.setTransactionTimeout(seconds);
  }
}
