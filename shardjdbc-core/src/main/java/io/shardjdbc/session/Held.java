package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.pool.PhysicalConnection;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.transaction.Ending;
import io.shardjdbc.transaction.Participant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * A physical connection that a session holds, with what uses it.
 *
 * <p>It is held as long as an execution with open results uses it, or a transaction includes it.
 */
public final class Held implements Participant {

  private final Loan loan;
  private final PhysicalConnection physical;
  private final OpenStatements openStatements = new OpenStatements();
  private List<KeyHashes> written = List.of();

  // Guarded by the session's lock.
  int uses;
  boolean inTransaction;
  @Nullable Held next;
  private @Nullable Durability durability;
  private @Nullable Nesting nesting;
  private boolean used;
  private boolean wrote;
  private boolean mayHaveWritten;
  private @Nullable String lockedCopies;
  private volatile Exposure exposure = Exposure.NONE;
  private volatile boolean hasState;
  private volatile boolean tainted;
  private volatile boolean broken;
  private volatile @Nullable Ending ending;

  Held(Loan loan) {
    this.loan = loan;
    this.physical = loan.physical();
  }

  @Override
  public ShardId shard() {
    return loan.pool().shard();
  }

  @Override
  public boolean isIn(String database) {
    return physical.isIn(database);
  }

  @Override
  public void hasShownToBeIn(String database) {
    physical.hasShownToBeIn(database);
  }

  /** The driver's connection, on which statements are made. */
  @Override
  public Connection connection() {
    return physical.driver();
  }

  PhysicalConnection physical() {
    return physical;
  }

  Loan loan() {
    return loan;
  }

  /** After how long a read on it is worth asking another replica; empty for never. */
  public Optional<Duration> hedgeDelay() {
    return loan.hedgeDelay();
  }

  /** Whether it is a connection to a replica, which only reads. */
  public boolean isOnReplica() {
    return !loan.isPrimary();
  }

  /** Notes a statement that has to be closed before the connection goes back. */
  public <S extends Statement> S opened(S statement) {
    openStatements.add(statement);
    return statement;
  }

  /** Closes a statement that was opened on it. What fails then is no concern of the caller. */
  public void close(Statement statement) {
    openStatements.close(statement);
  }

  /** Whether nothing was run on it since it was borrowed. */
  public boolean isFresh() {
    return !used;
  }

  /** Notes that something runs on it. */
  public void used() {
    used = true;
  }

  /** How far a statement has got that is a transaction of its own. */
  public Exposure exposure() {
    return exposure;
  }

  public void exposure(Exposure next) {
    exposure = next;
  }

  /** Notes that its transaction runs something that may write, such as a function. */
  void mayWrite() {
    mayHaveWritten = true;
  }

  @Override
  public boolean mayHaveWritten() {
    return mayHaveWritten;
  }

  void wrote(KeyHashes keys) {
    wrote = true;
    mayHaveWritten = true;
    written = written.isEmpty() ? new ArrayList<>(1) : written;
    written.add(keys);
  }

  void forgetWrites() {
    wrote = false;
    written = List.of();
  }

  /**
   * Tells the nodes what its transaction wrote, before the caller hears of its end, or before
   * anything else of this process runs on the shard.
   */
  void tellWrites(ShardNodes nodes, ShardNodes.Outcome outcome, ReadIntent intent) {
    List<KeyHashes> all = written; // never changed once its transaction has ended
    whenEnded(
        () -> {
          ShardNodes.Outcome its = broken ? ShardNodes.Outcome.IN_DOUBT : outcome;
          all.forEach(keys -> nodes.wrote(shard(), keys, its, intent));
        });
  }

  @Override
  public void endsLater(Ending its) {
    ending = its;
  }

  private void whenEnded(Runnable action) {
    Ending its = ending;
    if (its == null) {
      action.run();
    } else {
      its.then(action);
    }
  }

  @Override
  public boolean wrote() {
    return wrote;
  }

  @Override
  public @Nullable Durability durability() {
    return durability;
  }

  /** Whoever uses the connection next brings it into order first. */
  @Override
  public void settingLeft() {
    StateReplay.noteUnknown(physical);
  }

  /** Notes that something of the session lives on its server, so that nobody else gets it. */
  void keepsState() {
    hasState = true;
  }

  boolean hasState() {
    return hasState;
  }

  /** Notes that nobody knows what was done to its server's session, so that nobody else gets it. */
  public void isTainted() {
    tainted = true;
  }

  /** Whether the connection is lost, with whatever ran on it. */
  public boolean isBroken() {
    return broken;
  }

  /**
   * Notes a failure of the driver or the server, and says whether the transaction is lost by it.
   */
  boolean isAbortedBy(SQLException failure) {
    loan.failed(failure);
    try {
      if (SqlErrors.isConnectionLost(failure) || connection().isClosed()) {
        broken = true;
        return true;
      }
      return physical.transactionState() == TransactionState.FAILED;
    } catch (SQLException e) {
      broken = true;
      return true;
    }
  }

  /** Lets the commit of its transaction wait for something, if it does not yet for as much. */
  void require(@Nullable Durability wanted) throws SQLException {
    if (wanted != null && (durability == null || wanted.compareTo(durability) > 0)) {
      loan.requireDurability(wanted);
      tell(wanted.setLocal());
      durability = wanted;
    }
  }

  /** Notes that the transaction may have forgotten what its commit waits for. */
  void forgetDurability() {
    durability = null;
    lockedCopies = null;
  }

  /** Says that rows are streamed on it, in a transaction that reads and does nothing else. */
  void streaming() {
    nesting = new Nesting(this);
  }

  /** Whether rows are streamed on it, and other reads may run between them. */
  boolean streams() {
    Nesting inside = nesting;
    return inside != null && inTransaction && !broken && inside.isOpen();
  }

  /** Makes it fit for a read between the rows that are streamed on it, if it can be. */
  boolean nest() throws SQLException {
    Nesting inside = nesting;
    return inside != null && inside.enter();
  }

  /** Begins, with the next statement, a local transaction. */
  void begin() throws SQLException {
    connection().setAutoCommit(false);
    inTransaction = true;
    exposure = Exposure.NONE;
  }

  @Override
  public void commit() throws SQLException {
    try {
      connection().commit();
    } catch (SQLException e) {
      isAbortedBy(e);
      throw e;
    }
  }

  @Override
  public void rollback() {
    lockedCopies = null;
    if (!broken) {
      try {
        if (!connection().getAutoCommit()) { // else what it had has been prepared and ended
          physical.rollback();
        }
      } catch (SQLException e) {
        broken = true;
      }
    }
  }

  @Override
  public void failed(SQLException reported) {
    isAbortedBy(reported);
  }

  /**
   * Asks the server to stop what it may still run for this connection, which was cut. It takes as
   * long as the server needs to take a connection.
   */
  public void cancelAbandoned() {
    physical.cancelAbandoned();
  }

  /** What a query of one value answers. */
  String value(String query) throws SQLException {
    return physical.ask(query);
  }

  /** Locks copies of tables until its transaction ends, if it has not. */
  public void lockCopies(String sql) throws SQLException {
    if (!sql.equals(lockedCopies)) {
      execute(sql);
      lockedCopies = sql;
    }
  }

  /** Tells it something of the library's own, which does not wait for anybody else. */
  void tell(String sql) throws SQLException {
    used = true;
    physical.tell(sql);
  }

  /** Runs a statement of the session's own, for as long as it takes. */
  void execute(String sql) throws SQLException {
    used = true;
    try (Statement statement = connection().createStatement()) {
      statement.execute(sql);
    }
  }

  /** Leaves transaction mode, after commit or rollback. */
  void end() {
    inTransaction = false;
    durability = null;
    lockedCopies = null;
    mayHaveWritten = false;
    forgetWrites();
    whenEnded(this::leaveTransactionMode);
  }

  private void leaveTransactionMode() {
    Nesting inside = nesting;
    nesting = null;
    if (!broken) {
      try {
        if (inside != null) {
          inside.leave();
        }
        connection().setAutoCommit(true);
      } catch (SQLException e) {
        broken = true;
      }
    }
  }

  /**
   * Gives the connection back to its pool, in order or to be closed. Results that are still open
   * are closed, and with them the transaction that was begun for their cursors. Whoever knows it
   * still can do nothing with it from now on.
   */
  void giveBack() {
    whenEnded(this::giveBackNow);
  }

  private void giveBackNow() {
    openStatements.closeAll();
    if (inTransaction) {
      rollback();
      end();
    }
    // Otherwise a text that we did not understand has begun a transaction of its own.
    boolean inOrder =
        !broken && !hasState && !tainted && physical.transactionState() == TransactionState.IDLE;
    broken = true;
    if (inOrder) {
      loan.giveBack();
    } else {
      loan.discard();
    }
  }

  /** {@linkplain PhysicalConnection#cut Cuts the connection} in the middle of an exchange. */
  public void cut() {
    broken = true;
    physical.cut();
  }

  /** Gives the connection up, to be closed by its pool without another word to its server. */
  void abandon() {
    broken = true;
    loan.discard();
  }

  /** A failure as the caller is to see it: with the shard's name, and with what is not known. */
  SQLException reported(SQLException failure) {
    boolean inDoubt = broken && exposure.leavesInDoubt(failure);
    exposure = Exposure.NONE;
    return inDoubt ? SqlErrors.writeUnknown(shard(), failure) : SqlErrors.onShard(shard(), failure);
  }
}
