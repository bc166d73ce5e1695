package io.shardjdbc.session;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Merge;
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
import org.postgresql.core.TransactionState;

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
  private static final String READ_COMMITTED = "read committed";
  private static final String READ_UNCOMMITTED = "read uncommitted";

  private final SessionState stateBefore;
  private TransactionMode mode;
  private CommitProtocol protocol;
  private final boolean isolationOverShards;
  private final List<Held> participants = new ArrayList<>(2);
  private final List<String> localSettings = new ArrayList<>(0);
  private @Nullable String isolation;
  private final List<Mark> savepoints = new ArrayList<>(0);
  private final Set<ShardId> writers = new LinkedHashSet<>(4);
  private boolean wroteApart;
  private int schemaChanges;
  private volatile @Nullable ShardId abortedBy;
  private boolean lost;
  private boolean mayHaveChanged;
  private boolean lastMayChange;
  private boolean stateChanged;

  /** A savepoint, and what was so when it was set. */
  private record Mark(
      String name,
      Set<ShardId> writers,
      boolean wroteApart,
      boolean changedSchema,
      SessionState state,
      int settings) {}

  /**
   * @param mode what it may do on a second shard
   */
  OpenTransaction(SessionState stateBefore, TransactionMode mode, Surroundings shared) {
    this.stateBefore = stateBefore;
    this.mode = mode;
    this.protocol = shared.protocols().of(mode);
    this.isolationOverShards = shared.isolationOverShards();
  }

  TransactionMode mode() {
    return mode;
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

  SessionState stateBefore() {
    return stateBefore;
  }

  /** What was set in it for as long as it lasts. */
  List<String> localSettings() {
    return localSettings;
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
    if (route.merge() instanceof Merge.AnyShard && !participants.isEmpty()) {
      return; // it goes to a participant, whose server knows what may still run
    }
    ShardId failed = abortedBy;
    for (int i = 0; i < route.statements().size(); i++) {
      ShardId shard = route.statements().get(i).shard();
      if (failed != null && (lost || !failed.equals(shard) || isLost(shard))) {
        throw SqlErrors.of(ErrorCode.TRANSACTION_ABORTED, failed);
      }
    }
    if (schemaChanges > 0 && fetchesFirst(route)) {
      throw SqlErrors.of(ErrorCode.SCHEMA_IN_TRANSACTION);
    }
    if (writes(route)) {
      admitWriters(route);
    }
  }

  private void admitWriters(Route route) throws SQLException {
    if (writers.size() == 1 && route.isSingle() && writers.contains(route.only().shard())) {
      return;
    }
    Set<ShardId> after = new LinkedHashSet<>(writers);
    route.statements().forEach(statement -> after.add(statement.shard()));
    if (after.size() < 2) {
      return;
    }
    if (mode == TransactionMode.SINGLE_SHARD && !isMigration(route)) {
      Iterator<ShardId> order = after.iterator();
      throw SqlErrors.of(ErrorCode.SECOND_SHARD_WRITE, order.next(), order.next());
    }
    if (after.size() > writers.size()) {
      protocol.admit(after);
    }
  }

  /** Whether the write belongs to a transaction that changes all shards alike. */
  private boolean isMigration(Route route) {
    boolean alike = route.merge() instanceof Merge.SameOnAll;
    return schemaChanges > 0 || (alike && (route.effect() == Effect.SCHEMA || !wroteApart));
  }

  /** Whether rows are copied by what the catalogue says of their columns. */
  private static boolean fetchesFirst(Route route) {
    return route.merge() instanceof Merge.Gather
        || route.merge() instanceof Merge.Broadcast
        || route.merge() instanceof Merge.Distribute;
  }

  /** Grows with each change that makes what the catalogue says untrue; 0 where there is none. */
  int schemaChanges() {
    return schemaChanges;
  }

  private boolean isLost(ShardId shard) {
    Held participant = participant(shard);
    return participant == null || participant.isBroken();
  }

  /** Refuses a second shard above read committed, where the shards would show different moments. */
  void admitSecond(ShardId shard) throws SQLException {
    learnIsolation();
    String level = isolation;
    if (level != null && !level.equals(READ_COMMITTED) && !level.equals(READ_UNCOMMITTED)) {
      throw SqlErrors.of(
          ErrorCode.ISOLATION_OVER_SHARDS,
          level.toUpperCase(Locale.ROOT),
          participants.get(0).shard(),
          shard);
    }
  }

  /** It cannot change once a participant has run something, unless a setting says so. */
  void learnIsolation() throws SQLException {
    if (isolation == null && !participants.isEmpty() && !isolationOverShards) {
      isolation = isolationOf(participants.get(0));
    }
  }

  private static String isolationOf(Held participant) throws SQLException {
    try (var statement = participant.connection().createStatement();
        var rows = statement.executeQuery("SHOW transaction_isolation")) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw SqlErrors.onShard(participant.shard(), e);
    }
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
        && (participant.loan().serves(route, intent) || !isolationOf(participant).startsWith(READ));
  }

  /** Lets a connection take part, in a transaction that looks as if it had been there all along. */
  void join(Held held) throws SQLException {
    held.begin();
    for (String sql : localSettings) {
      held.execute(sql);
    }
    for (Mark mark : savepoints) {
      held.execute("SAVEPOINT " + mark.name());
    }
    participants.add(held);
  }

  /**
   * Whether replicas may serve it: it was declared read-only, and nothing was set in it that a
   * replica does not take.
   */
  boolean mayUseReplicas(SessionState state) {
    return state.readOnly()
        && state.settings().values().stream().noneMatch(OpenTransaction::needsPrimary)
        && localSettings.stream().noneMatch(OpenTransaction::needsPrimary);
  }

  private static boolean needsPrimary(String sql) {
    String upper = sql.toUpperCase(Locale.ROOT);
    return upper.contains("SERIALIZABLE") || upper.contains("READ WRITE");
  }

  /**
   * Refuses to end what was written to a server that is not the primary any more, and what a
   * failure undoes of which its caller has not been told. Where everything before the statement
   * that failed did nothing but read, that is nothing.
   */
  void requireWhole() throws SQLException {
    ShardId failed = abortedBy();
    if (failed != null
        && (lost || mayHaveChanged || participants.stream().anyMatch(Held::isBroken))) {
      throw SqlErrors.of(ErrorCode.TRANSACTION_ABORTED, failed);
    }
    for (Held participant : participants) {
      if (participant.wrote()) {
        participant.requireCurrent();
      }
    }
  }

  /** Notes a statement that is about to run on a participant. */
  void runs(Held held, Route route, @Nullable Durability durability) throws SQLException {
    mayHaveChanged |= lastMayChange || (writes(route) && route.effect() != Effect.LOCK);
    lastMayChange = route.effect() != Effect.READ;
    if (lastMayChange) {
      held.mayWrite();
    }
    if (writes(route)) {
      held.require(durability);
      writers.add(held.shard());
      wroteApart |= !(route.merge() instanceof Merge.SameOnAll);
      schemaChanges += route.effect() == Effect.SCHEMA ? 1 : 0;
      held.wrote(route.keys());
    }
  }

  static boolean writes(Route route) {
    return route.effect() == Effect.WRITE
        || route.effect() == Effect.SCHEMA
        || route.effect() == Effect.LOCK;
  }

  /** The shard on which a statement has failed, so that the whole transaction cannot commit. */
  @Nullable ShardId abortedBy() {
    for (Held participant : participants) {
      if (!participant.isBroken()
          && participant.physical().transactionState() == TransactionState.FAILED) {
        return participant.shard();
      }
    }
    return abortedBy;
  }

  void aborted(ShardId shard) {
    abortedBy = shard;
  }

  /** Holds it to be aborted by a failure that no server knows of. */
  void abortedByNone() {
    if (!participants.isEmpty()) {
      lost = true;
      abortedBy = participants.get(participants.size() - 1).shard();
    }
  }

  /** Takes back a participant that was lost before anything ran on it. */
  void leave(Held held) {
    participants.remove(held);
    writers.remove(held.shard());
    abortedBy = null;
  }

  /** Runs a setting that lasts for this transaction, here and on participants to come. */
  void setLocal(String sql) throws SQLException {
    onAll(sql);
    localSettings.add(sql);
    isolation = null;
    stateChanged = true;
  }

  /** Runs a setting that lasts for the session, unless this transaction is rolled back. */
  void set(String sql, SessionState after) throws SQLException {
    stateChanged = true;
    onAll(sql);
    participants.forEach(held -> held.physical().sessionState(after));
  }

  void savepoint(String name, SessionState state) throws SQLException {
    onAll("SAVEPOINT " + name);
    savepoints.add(
        new Mark(
            name, Set.copyOf(writers), wroteApart, schemaChanges > 0, state, localSettings.size()));
  }

  void release(String name) throws SQLException {
    int index = indexOf(name);
    onAll("RELEASE SAVEPOINT " + name);
    savepoints.subList(index, savepoints.size()).clear();
  }

  /** Rolls back to a savepoint, which stays, and returns the session's state of that moment. */
  SessionState rollbackTo(String name) throws SQLException {
    int index = indexOf(name);
    Mark mark = savepoints.get(index);
    onAll("ROLLBACK TO SAVEPOINT " + name);
    savepoints.subList(index + 1, savepoints.size()).clear();
    localSettings.subList(mark.settings(), localSettings.size()).clear();
    writers.retainAll(mark.writers());
    wroteApart = mark.wroteApart();
    schemaChanges = mark.changedSchema() ? schemaChanges + 1 : 0; // to undo one is another
    for (Held held : participants) {
      held.forgetDurability();
      if (!writers.contains(held.shard())) {
        held.forgetWrites();
      }
      if (stateChanged) {
        held.physical().sessionState(StateReplay.UNKNOWN);
      }
    }
    abortedBy = null;
    lost = false;
    return mark.state();
  }

  /** Notes that the server undid what was set in it. */
  void undoSettings() {
    if (stateChanged) {
      participants.forEach(held -> held.physical().sessionState(StateReplay.UNKNOWN));
    }
  }

  private int indexOf(String name) throws SQLException {
    for (int i = savepoints.size() - 1; i >= 0; i--) {
      if (savepoints.get(i).name().equals(name)) {
        return i;
      }
    }
    throw SqlErrors.of(ErrorCode.NO_SAVEPOINT, name);
  }

  private void onAll(String sql) throws SQLException {
    for (Held held : participants) {
      try {
        held.execute(sql);
      } catch (SQLException e) {
        if (held.isAbortedBy(e)) {
          abortedBy = held.shard();
        }
        throw SqlErrors.onShard(held.shard(), e);
      }
    }
  }
}
