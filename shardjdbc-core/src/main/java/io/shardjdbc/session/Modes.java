package io.shardjdbc.session;

import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.moment.Moments;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.transaction.CommitProtocol;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What transactions of a session may do on a second shard. */
public final class Modes {

  private final Session session;
  private final Surroundings surroundings;
  private TransactionMode mode;

  Modes(Session session, Surroundings surroundings) {
    this.session = session;
    this.surroundings = surroundings;
    this.mode = surroundings.transactions().mode();
  }

  /** The mode of the open transaction, or else of the next one. */
  public TransactionMode current() {
    OpenTransaction open = session.transaction();
    return open == null ? mode : open.mode();
  }

  /** How a transaction of the current mode is committed. */
  public CommitProtocol protocol() {
    return surroundings.protocols().of(current());
  }

  /** How often the open transaction has changed the schema, as nobody else sees yet; or 0. */
  public int definitions() {
    OpenTransaction open = session.transaction();
    return open == null ? 0 : open.changes().definitions();
  }

  /**
   * Whether a write that goes to several shards is allowed as long as it does not write to a second
   * one.
   */
  public boolean isUnsettled(Route route) {
    OpenTransaction open = session.transaction();
    return open != null && open.isUnsettled(route);
  }

  /** Notes which shards the open transaction has written to, and refuses a second one. */
  public void settle(Set<ShardId> written, Route route) throws SQLException {
    OpenTransaction open = session.transaction();
    if (open != null) {
      open.settle(written, route);
    }
  }

  /** Refuses locks on several shards where no transaction keeps them. */
  public void requireLocksOverShards() throws SQLException {
    if (!session.inTransaction()) {
      throw SqlErrors.of(ErrorCode.LOCK_OVER_SHARDS, "in auto-commit mode");
    }
    if (current() == TransactionMode.SINGLE_SHARD) {
      throw SqlErrors.of(ErrorCode.LOCK_OVER_SHARDS, "in a transaction of mode single-shard");
    }
  }

  /**
   * Refuses one snapshot for the whole transaction, where each statement needs a moment of its own.
   */
  public void requireOneMomentEach(Held first) throws SQLException {
    if (surroundings.transactions().isolationOverShards()
        != IsolationOverShards.REFUSE) { // else it is refused on a second shard anyway
      String level = Isolation.of(first);
      if (!level.equals("read committed") && !level.equals("read uncommitted")) {
        throw SqlErrors.of(ErrorCode.COPIES_ISOLATED, level.toUpperCase(Locale.ROOT));
      }
    }
  }

  /** Lets deadlocks be seen that the parts of a transaction of the library's own are in. */
  public void mark(List<Held> parts) throws SQLException {
    if (mode == TransactionMode.TWO_PHASE) {
      surroundings.marking().mark(parts);
    }
  }

  /** In which order databases are locked one after the other. */
  public LockOrder lockOrder() {
    return surroundings.lockOrder();
  }

  /** Moments at which transactions see all shards. */
  Moments moments() {
    return surroundings.moments();
  }

  /** Whether the open transaction sees one moment, and so one shard. */
  public boolean seesOneMoment() throws SQLException {
    OpenTransaction open = session.transaction();
    return open != null && open.isolation().isOfOneMomentNow();
  }

  /** Whether the open transaction sees, or will see, all of its shards at one moment. */
  public boolean seesAllAtOneMoment() {
    OpenTransaction open = session.transaction();
    return open != null
        && (open.isolation().wished() != null || open.isolation().isOfCommonMoment());
  }

  /** Sets the mode from the next transaction on. */
  public void set(TransactionMode next) throws SQLException {
    session.requireOpen();
    if (!session.participants().isEmpty()) {
      throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, "setTransactionMode");
    }
    mode = next;
    if (session.transaction() != null) {
      setLocal(next);
    }
  }

  /** Sets the mode of the open transaction alone. */
  public void setLocal(TransactionMode next) throws SQLException {
    OpenTransaction open = session.requireTransaction("setLocalTransactionMode");
    open.failures().requireNone();
    open.mode(next, surroundings.protocols());
  }
}
