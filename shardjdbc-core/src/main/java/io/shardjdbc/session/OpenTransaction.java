package io.shardjdbc.session;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.transaction.CommitProtocol;
import io.shardjdbc.transaction.CommitProtocols;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of a session: the shards that take part, and what may still happen in it.
 *
 * <p>Its participants begin when the first statement needs them. On one server an error aborts the
 * whole transaction; here it aborts one participant, so the rest is held to that too: once a
 * statement has failed on a shard, statements on others are refused until the caller rolls back.
 *
 * <p>Where one shard may be written to, there is an exception for what every shard does alike, as a
 * migration does: a transaction whose writes are all of that kind, and one that has changed the
 * schema, may write to all shards.
 */
final class OpenTransaction {

  private static final String READ = "read ";

  private SessionState stateBefore;
  private TransactionMode mode;
  private CommitProtocol protocol;
  private final LackingKey lacking;
  private final List<Held> participants = new ArrayList<>(2);
  private final History history = new History();
  private final Isolation isolation;
  private @Nullable MapInUse map;
  private final Set<ShardId> writers = new LinkedHashSet<>(4);
  private boolean wroteApart;
  private final SchemaChanges changes = new SchemaChanges();
  private final Failures failures = new Failures(participants);
  private boolean mayHaveChanged;
  private boolean lastMayChange;

  /** What was so when a savepoint was set. */
  record Mark(
      Set<ShardId> writers, boolean wroteApart, SchemaChanges.Mark changes, SessionState state) {}

  /** When it began, in milliseconds by this process's clock. */
  final long began = System.currentTimeMillis();

  /**
   * @param mode what it may do on a second shard
   */
  OpenTransaction(SessionState stateBefore, TransactionMode mode, Surroundings shared) {
    this.stateBefore = stateBefore;
    this.mode = mode;
    this.protocol = shared.protocols().of(mode);
    this.isolation = new Isolation(participants, shared.transactions().isolationOverShards());
    this.lacking = new LackingKey(shared.tables());
  }

  TransactionMode mode() {
    return mode;
  }

  /**
   * The map of its first statement, by which it is routed to its end: a row that it has written
   * stays where it looks for it.
   */
  MapInUse map(CurrentMap maps) {
    MapInUse first = map;
    if (first == null) {
      first = maps.take();
      map = first;
    }
    return first;
  }

  /** The map of its first statement; null as long as it has run none. */
  @Nullable ShardMap map() {
    MapInUse first = map;
    return first == null ? null : first.map();
  }

  /** Whether a statement of the caller's was sent in it, be it one that was refused. */
  boolean hasBegun() {
    return map != null || !participants.isEmpty() || history.hasBegun() || failures.any();
  }

  /** Says that nothing runs any more by the map of its first statement. */
  void forgetMap() {
    MapInUse first = map;
    map = null;
    if (first != null) {
      first.release();
    }
  }

  /** Changes it, as long as no second shard has been written to under the old one. */
  void mode(TransactionMode next, CommitProtocols protocols) throws SQLException {
    if (writers.size() > 1 && next != mode) {
      throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, "setLocalTransactionMode");
    }
    mode = next;
    protocol = protocols.of(next);
  }

  /** How its participants are committed. */
  CommitProtocol protocol() {
    return protocol;
  }

  List<Held> participants() {
    return participants;
  }

  /** The session's state that it began with, and returns to where it is rolled back. */
  SessionState stateBefore() {
    return stateBefore;
  }

  void stateBefore(SessionState changed) {
    stateBefore = changed;
  }

  /** What was set in it, and its savepoints. */
  History history() {
    return history;
  }

  @Nullable Held participant(ShardId shard) {
    // Of two connections to one shard the later one, to the primary, goes on.
    for (int i = participants.size() - 1; i >= 0; i--) {
      if (participants.get(i).shard().equals(shard)) {
        return participants.get(i);
      }
    }
    return null;
  }

  /** Refuses a statement that the transaction as it stands cannot run, before anything is sent. */
  void admit(Route route) throws SQLException {
    failures.requireNone();
    DirectRoute direct = route.direct();
    if (direct != null && direct.isMovable() && !participants.isEmpty()) {
      return; // it goes to a participant
    }
    if (writes(route)) {
      admitWriters(route);
    }
  }

  private void admitWriters(Route route) throws SQLException {
    List<ShardId> shards = route.shards();
    if (shards.size() == 1 && (writers.isEmpty() || writers.equals(Set.of(shards.get(0))))) {
      return;
    }
    Set<ShardId> after = new LinkedHashSet<>(writers);
    after.addAll(shards);
    if (after.size() < 2) {
      return;
    }
    if (isUnsettled(route)) {
      return;
    }
    if (mode == TransactionMode.SINGLE_SHARD && !isMigration(route)) {
      throw secondWrite(after, route);
    }
    if (after.size() > writers.size()) {
      protocol.admit(after);
    }
  }

  /** Whether only its servers can say if it writes to a second shard, when it has run. */
  boolean isUnsettled(Route route) {
    return mode == TransactionMode.SINGLE_SHARD
        && route.effect() == Effect.WRITE
        && route.shards().size() > 1
        && writers.size() < 2
        && !route.isAlikeOnAll()
        && !isMigration(route);
  }

  /** Notes who has written, and refuses a second shard. */
  void settle(Set<ShardId> written, Route route) throws SQLException {
    if (written.size() > 1) {
      throw secondWrite(written, route);
    }
    writers.retainAll(written);
    for (Held held : participants) {
      if (!written.contains(held.shard())) {
        held.forgetWrites();
      }
    }
  }

  private SQLException secondWrite(Set<ShardId> shards, Route route) {
    Iterator<ShardId> order = shards.iterator();
    return SqlErrors.of(
        ErrorCode.SECOND_SHARD_WRITE, order.next(), order.next(), lacking.of(route));
  }

  /** Whether the write belongs to a transaction that changes all shards alike. */
  private boolean isMigration(Route route) {
    boolean alike = route.isAlikeOnAll();
    return changes.commands() > 0 || (alike && (route.effect() == Effect.SCHEMA || !wroteApart));
  }

  /** What it has changed of the schema. */
  SchemaChanges changes() {
    return changes;
  }

  /** Of what moment it sees its shards. */
  Isolation isolation() {
    return isolation;
  }

  /**
   * Whether a participant runs the next statement of its shard. One on a replica may have become
   * too old for it meanwhile, and the primary goes on; but above read committed a transaction sees
   * one moment, which it has seen there already.
   */
  boolean staysOn(Held participant, Route route, ReadIntent intent) throws SQLException {
    if (!participant.isOnReplica()) {
      return true;
    }
    return Loan.mayReadReplica(route)
        && (isolation.isOfCommonMoment()
            || participant.loan().serves(route, intent)
            || !Isolation.of(participant).startsWith(READ));
  }

  /** Lets a connection take part, in a transaction that looks as if it had been there all along. */
  void join(Held held) throws SQLException {
    held.begin();
    String sql = history.sql();
    if (!sql.isEmpty()) {
      held.tell(sql);
    }
    participants.add(held);
  }

  /**
   * Whether replicas may serve it: it was declared read-only, and nothing was set in it that a
   * replica does not take.
   */
  boolean mayUseReplicas(SessionState state) {
    return state.readOnly()
        && state.settings().stream().noneMatch(setting -> needsPrimary(setting.sql()))
        && !history.hasSetting(OpenTransaction::needsPrimary);
  }

  private static boolean needsPrimary(String sql) {
    String upper = sql.toUpperCase(Locale.ROOT);
    return upper.contains("SERIALIZABLE") || upper.contains("READ WRITE");
  }

  /**
   * Refuses to end what was written to a server that is not the primary any more, and what a
   * failure undoes of which its caller has not been told: what earlier statements have changed.
   * Where they did nothing but read, that is nothing.
   */
  void requireWhole() throws SQLException {
    if (failures.any() && (mayHaveChanged || participants.stream().anyMatch(Held::isBroken))) {
      throw failures.error();
    }
    for (Held participant : participants) {
      if (participant.wrote()) {
        participant.loan().requireCurrent();
      }
    }
  }

  /** Notes that another statement of the caller begins. */
  void nextStatement() {
    failures.nextStatement();
    if (!failures.any()) {
      mayHaveChanged |= lastMayChange;
      lastMayChange = false;
    }
  }

  /** Notes a statement that is about to run on a participant. */
  void runs(Held held, Route route, @Nullable Durability durability) throws SQLException {
    isolation.sees(route);
    failures.nextPart();
    if (route.effect() != Effect.READ) {
      lastMayChange = true;
      held.mayWrite();
    }
    if (writes(route)) {
      held.require(durability);
      writers.add(held.shard());
      wroteApart |= !route.isAlikeOnAll();
      changes.note(route);
      held.wrote(route.keys());
    }
  }

  static boolean writes(Route route) {
    return route.effect() == Effect.WRITE
        || route.effect() == Effect.SCHEMA
        || route.effect() == Effect.LOCK;
  }

  /** What keeps it from going on. */
  Failures failures() {
    return failures;
  }

  /** Takes back a participant that was lost before anything ran on it. */
  void leave(Held held, SessionState now) {
    letGo(held, now);
    writers.remove(held.shard());
    failures.forget();
  }

  /** Lets a participant go on which settings may have run: their traces go with its connection. */
  void letGo(Held held, SessionState now) {
    participants.remove(held);
    if (history.hasSettings()) {
      StateReplay.noteEnd(held.physical(), stateBefore.outlivedBy(now), false);
    }
  }

  /** Runs a setting, here and on participants to come. */
  void set(String sql) throws SQLException {
    failures.requireNone();
    onAll(sql);
    history.setting(sql);
    isolation.forget();
  }

  void savepoint(String name, SessionState state) throws SQLException {
    failures.requireNone();
    onAll("SAVEPOINT " + name);
    history.savepoint(name, new Mark(Set.copyOf(writers), wroteApart, changes.mark(), state));
  }

  void release(String name) throws SQLException {
    failures.requireNone();
    history.require(name);
    onAll("RELEASE SAVEPOINT " + name);
    history.release(name);
  }

  /** Rolls back to a savepoint, which stays, and returns the session's state of that moment. */
  SessionState rollbackTo(String name) throws SQLException {
    history.require(name);
    onAll("ROLLBACK TO SAVEPOINT " + name);
    Mark mark = history.backTo(name);
    isolation.forget();
    writers.retainAll(mark.writers());
    wroteApart = mark.wroteApart();
    changes.backTo(mark.changes());
    for (Held held : participants) {
      held.forgetDurability();
      if (!writers.contains(held.shard())) {
        held.forgetWrites();
      }
    }
    failures.forget();
    return mark.state();
  }

  /** Notes in what state its servers' sessions are, now that it has ended. */
  void noteState(SessionState state, boolean committed) {
    if (history.hasSettings()) {
      participants.forEach(held -> StateReplay.noteEnd(held.physical(), state, committed));
    }
  }

  private void onAll(String sql) throws SQLException {
    for (Held held : participants) {
      try {
        held.execute(sql);
      } catch (SQLException e) {
        if (held.isAbortedBy(e)) {
          failures.on(held.shard());
        }
        throw SqlErrors.onShard(held.shard(), e);
      }
    }
  }
}
