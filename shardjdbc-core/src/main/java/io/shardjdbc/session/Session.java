package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.pool.ShardNodes.Outcome;
import io.shardjdbc.pool.ShardNodes.Use;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.transaction.CommitProtocol;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a logical connection: its state, its transaction, and the physical connections it
 * holds.
 *
 * <p>A connection is taken when a statement needs its shard. In auto-commit mode it goes back when
 * the last execution that uses it is closed; executions that overlap on one shard share it, as they
 * would on one connection, so that threads which nest statements cannot starve each other. In a
 * transaction it goes back when the transaction ends.
 *
 * <p>Threads take {@linkplain Turn turns} with it; {@link #close} and {@link #abort} may come from
 * another at any time.
 */
public final class Session {

  private final Surroundings surroundings;
  private final Modes modes;
  private final HeldConnections held = new HeldConnections();
  private final Reads reads;
  private final Lending lending;
  private final Turn turn = new Turn(this::closeNow);
  private final Gate gate = new Gate(this);
  private @Nullable SequenceNumbers numbers;
  private final RoutedBy routed;
  private final Runnable afterSchemaChange;
  private SessionState state = SessionState.DEFAULT;
  private boolean autoCommit = true;
  private boolean begun;
  private volatile @Nullable OpenTransaction transaction;

  /** The action is run when a transaction that has changed the schema ends. */
  public Session(Surroundings surroundings, Runnable afterSchemaChange) {
    this.surroundings = surroundings;
    this.reads = new Reads(surroundings.transactions().snapshots().reads());
    this.routed = new RoutedBy(this, surroundings);
    this.lending = new Lending(surroundings, held, reads, routed);
    this.modes = new Modes(this, surroundings);
    this.afterSchemaChange = afterSchemaChange;
  }

  /** Whether statements belong to a transaction that the caller ends. */
  public boolean inTransaction() {
    return !autoCommit || begun;
  }

  public boolean isAutoCommit() {
    return autoCommit;
  }

  /** Whether the caller has promised not to write. */
  public boolean isReadOnly() {
    return state.readOnly();
  }

  public boolean isClosed() {
    return turn.isClosed();
  }

  public void requireOpen() throws SQLException {
    turn.requireOpen();
  }

  /** Numbers of sequences, each from the shard where it counts. */
  public SequenceNumbers numbers() {
    if (numbers == null) {
      numbers = new SequenceNumbers(this, surroundings);
    }
    return numbers;
  }

  /** Whose turn it is: every piece of work with the session is begun and ended there. */
  public Turn turn() {
    return turn;
  }

  /** What every statement of the caller passes. */
  public Gate gate() {
    return gate;
  }

  /**
   * The map that the next execution goes by: that of the open transaction, once it has run
   * something, or else the current one. To be released.
   */
  public MapInUse takeMap() {
    return routed.take();
  }

  /** By which map its statements go. */
  public RoutedBy routed() {
    return routed;
  }

  /** Refuses what the open transaction cannot run; to be asked before anything is held. */
  public void admit(Route route) throws SQLException {
    requireOpen();
    lending.kept().before(this, route);
    if (inTransaction()) {
      openTransaction().admit(route);
    } else if (OpenTransaction.writes(route) && route.shards().size() != 1) {
      modes.protocol().admit(route.shards());
    }
  }

  /** Takes, or shares, the connection for a shard's part of a statement, until {@link #release}. */
  public Held hold(ShardId shard, Route route) throws SQLException {
    surroundings.endings().await(shard);
    Held taken =
        inTransaction()
            ? new Joining(this, held, lending).hold(shard, route)
            : lending.shared(shard, route, Use.ALONE, state);
    return kept().marked(taken, route);
  }

  /**
   * Takes, or shares, a connection for a statement that every shard would answer alike: one that is
   * held, or else one of a shard that differs from session to session.
   */
  public Held holdWhicheverShard(DirectRoute route, ShardMap map) throws SQLException {
    List<ShardId> shards = map.shards();
    if (inTransaction()) {
      return kept().marked(new Joining(this, held, lending).holdWhichever(route), route);
    }
    int start =
        Joining.asksTheSession(route)
            ? 0
            : Math.floorMod(System.identityHashCode(this), shards.size());
    return Lending.ofFirstThere(shards, start, shard -> hold(shard, route));
  }

  /**
   * Takes a connection for a shard, in a transaction that the library itself ends: one that nothing
   * else is run on until then. Read-only are the caller's own transactions alone.
   */
  public Held holdApart(ShardId shard, Route route) throws SQLException {
    boolean mayWrite = route.effect() != Effect.READ && !inTransaction();
    Held taken = lending.apart(shard, route, mayWrite ? lending.toWrite(shard, state) : state);
    try {
      taken.begin();
      if (OpenTransaction.writes(route)) {
        taken.require(lending.durabilityOf(route));
        taken.wrote(route.keys());
      } else if (route.effect() == Effect.READ) {
        taken.streaming();
      }
      return kept().marked(taken, route);
    } catch (SQLException e) {
      SQLException failure = failed(taken, e);
      held.endTransaction(taken);
      release(taken);
      throw failure;
    }
  }

  /** Whether rows are being streamed, so that what is nested in them shares its connections. */
  public boolean streams() {
    return !held.isEmpty() && held.streams();
  }

  /** Ends the transaction of a connection that was {@linkplain #holdApart held apart}. */
  public void endApart(Held apart) {
    surroundings.marking().ended(apart);
    apart.tellWrites(surroundings.nodes(), Outcome.KNOWN, reads.intent());
    held.endTransaction(apart);
  }

  /**
   * Takes, or shares, a connection to whichever shard is at hand, for a question that each of them
   * answers alike. It does not take part in a transaction unless it does so already.
   */
  public Held holdAny() throws SQLException {
    kept().beforeAsking(this);
    return lending.any(participants(), surroundings.maps().shards(), state);
  }

  /** The same of one shard: what it has that others have not. */
  public Held holdToAsk(ShardId shard) throws SQLException {
    kept().beforeAsking(this);
    List<Held> own = participants().stream().filter(p -> p.shard().equals(shard)).toList();
    return lending.any(own, List.of(shard), state);
  }

  /** Takes, or shares, a connection to a shard's primary, outside of any transaction. */
  public Held holdPrimary(ShardId shard) throws SQLException {
    kept().beforeAsking(this);
    return lending.primary(shard, state);
  }

  /** Asks now what a participant cannot be asked while rows are copied to it. */
  public void beforeCopy() throws SQLException {
    openTransaction().isolation().learn();
  }

  /** The connections that stay with it. */
  public Kept kept() {
    return lending.kept();
  }

  /** Second replicas for reads that take long. */
  public Hedges hedges() {
    return new Hedges(lending, held, state);
  }

  /** Says that an execution is done with a connection. */
  public void release(Held used) {
    held.release(used);
  }

  /** Releases a connection that was dead when it was borrowed, as if it had never been held. */
  public void forget(Held dead) {
    OpenTransaction open = transaction;
    if (open != null) {
      open.leave(dead, state);
    }
    release(dead);
  }

  /** Takes a participant that has done nothing out of the open transaction. */
  public void leaveTransaction(Held participant) {
    OpenTransaction open = transaction;
    if (open != null && open.participants().contains(participant)) {
      open.leave(participant, state);
      participant.rollback();
      held.endTransaction(participant);
    }
  }

  /** Cuts a connection {@linkplain Held#cut within an exchange}, which ends the transaction. */
  public void cut(Held on) {
    on.cut();
    failed(on, SqlErrors.of(ErrorCode.CLOSED, "the connection"));
  }

  /** Notes a failure, and returns it as the caller is to see it: with the shard's name. */
  public SQLException failed(Held on, SQLException told) {
    SQLException failure = RoutedBy.asTold(told);
    OpenTransaction open = transaction;
    if (on.isAbortedBy(failure) && open != null && open.participants().contains(on)) {
      open.failures().on(on.shard());
    }
    return surroundings.marking().explained(List.of(on), on.reported(failure));
  }

  /** Tells the nodes of a write, before its caller hears of it. */
  public void wrote(ShardId shard, KeyHashes keys, Outcome outcome) {
    surroundings.nodes().wrote(shard, keys, outcome, reads.intent());
  }

  /** What is asked of its reads. */
  public Reads reads() {
    return reads;
  }

  /** Notes that a statement has seen what it will see. */
  public void ran(Held on) {
    on.loan().ran(reads.intent());
  }

  /** The connections that the open transaction includes. */
  public List<Held> participants() {
    OpenTransaction open = transaction;
    return open == null ? List.of() : open.participants();
  }

  /** What transactions may do on a second shard. */
  public Modes modes() {
    return modes;
  }

  /** BEGIN as a statement; in a transaction it changes nothing but the modes it names. */
  public void begin(String modes) throws SQLException {
    requireOpen();
    begun = true;
    if (!modes.isEmpty()) {
      openTransaction().set("SET TRANSACTION " + modes);
    }
  }

  /** Turns auto-commit on, which commits, or off. */
  public void setAutoCommit(boolean on) throws SQLException {
    turn.with(
        () -> {
          if (on && !autoCommit && inTransaction()) {
            commit();
          }
          autoCommit = on;
        });
  }

  /**
   * Commits what is open, if anything is. After an error a server answers COMMIT by rolling back
   * without a word; so it does here, on all shards, but it is an error where work is lost.
   */
  public void commit() throws SQLException {
    commit(modes.protocol());
  }

  /** Commits what is open, if anything is, by a protocol other than the mode's. */
  public void commit(CommitProtocol protocol) throws SQLException {
    turn.with(() -> end().commit(protocol));
  }

  /** Rolls back what is open, if anything is. */
  public void rollback() {
    if (turn.tryToBegin()) { // else whoever closes the session rolls back
      try {
        end().rollBack();
      } finally {
        turn.end();
      }
    }
  }

  /** The savepoints of the open transaction. */
  public Savepoints savepoints() {
    return new Savepoints(this);
  }

  OpenTransaction requireTransaction(String what) throws SQLException {
    requireOpen();
    if (!inTransaction()) {
      throw SqlErrors.of(ErrorCode.NO_TRANSACTION, what);
    }
    return openTransaction();
  }

  /** The open transaction, opened now if none is. */
  OpenTransaction openTransaction() {
    OpenTransaction open = transaction;
    if (open == null) {
      open = new OpenTransaction(state, modes.current(), surroundings);
      transaction = open;
    }
    return open;
  }

  @Nullable OpenTransaction transaction() {
    return transaction;
  }

  /** No transaction is open from now on, nor begun by a statement. */
  void forgetTransaction() {
    begun = false;
    transaction = null;
  }

  SessionState state() {
    return state;
  }

  void state(SessionState next) {
    this.state = next;
  }

  /** Rolls back, gives everything back, and refuses what comes later. */
  public void close() {
    turn.close();
  }

  private void closeNow() {
    List<Held> left = held.close();
    if (begun || transaction != null) {
      end().rollBack();
    }
    left.forEach(Held::giveBack);
    kept().ended(this);
  }

  /** Made when it is needed, as what joins: most sessions read a row and close. */
  private TransactionEnd end() {
    return new TransactionEnd(this, surroundings, held, afterSchemaChange);
  }

  /** Cuts all physical connections, whatever runs on them. */
  public void abort(Executor executor) throws SQLException {
    turn.shut();
    held.abort(executor);
    kept().ended(this);
  }
}
