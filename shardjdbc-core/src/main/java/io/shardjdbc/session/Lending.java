package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.moment.Moments;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gets a session the physical connections it needs: one that it holds already, or one that is lent,
 * in the session's state.
 *
 * <p>A session that holds a connection to a replica and needs another of the same shard is lent one
 * to the primary, and one that holds a connection to the primary reads on it. So nobody who holds a
 * connection of a primary waits for one of a replica, and threads that nest statements cannot wait
 * for each other in a circle within a shard.
 */
final class Lending {

  private final Surroundings shared;
  private final HeldConnections held;
  private final Reads reads;
  private final Kept kept;
  private final RoutedBy routed;

  Lending(Surroundings shared, HeldConnections held, Reads reads, RoutedBy routed) {
    this.shared = shared;
    this.routed = routed;
    this.kept = new Kept(held, shared.traces(), shared.nodes());
    this.held = held;
    this.reads = reads;
  }

  private ShardNodes nodes() {
    return shared.nodes();
  }

  /** How a shard's connection is taken. */
  interface Taking {
    Held of(ShardId shard) throws SQLException;
  }

  /** A connection to the first shard that can be reached, in their order from one on. */
  static Held ofFirstThere(List<ShardId> shards, int start, Taking taking) throws SQLException {
    SQLException last = null;
    for (int i = 0; i < shards.size(); i++) {
      try {
        return taking.of(shards.get((start + i) % shards.size()));
      } catch (SQLTransientConnectionException e) {
        last = e;
      }
    }
    throw last != null ? last : SqlErrors.of(ErrorCode.BAD_CONFIGURATION, "no shards");
  }

  /** A connection that may be shared by executions that overlap. */
  Held shared(ShardId shard, Route route, ShardNodes.Use use, SessionState state)
      throws SQLException {
    kept.of(shard); // refuses where the state of the session is lost
    ReadIntent intent = routed.intent();
    Durability durability = durabilityOf(route);
    SessionState wanted =
        durability == null ? state : state.with("synchronous_commit", durability.set());
    boolean holds = !held.isEmpty();
    Held known = holds ? held.find(shard, loan -> loan.serves(route, intent)) : null;
    if (holds && known == null && route.effect() == Effect.READ) {
      Held streaming = nested(shard, route, intent, wanted);
      if (streaming != null) {
        return streaming;
      }
    }
    Held taken = known != null ? inState(known, wanted) : lent(shard, route, use, wanted);
    if (durability != null) {
      requireDurability(taken, durability);
    }
    taken.exposure(Exposure.before(route.effect()));
    return taken;
  }

  /**
   * A connection on which no transaction is open: one that only open results keep, which have been
   * read to their end, or one of its own. So nested statements need no second one.
   */
  Held apart(ShardId shard, Route route, SessionState state) throws SQLException {
    kept.of(shard);
    ReadIntent intent = routed.intent();
    Held known = held.find(shard, loan -> loan.serves(route, intent));
    return known != null ? inState(known, state) : lent(shard, route, ShardNodes.Use.ALONE, state);
  }

  /** The state in which the library writes for the session in a transaction of its own. */
  SessionState toWrite(ShardId shard, SessionState state) {
    return state.readOnly() && !nodes().staysReadOnly(shard) ? state.withReadOnly(false) : state;
  }

  /** The connection on which the session streams rows of that shard, for a read between them. */
  private @Nullable Held nested(ShardId shard, Route route, ReadIntent intent, SessionState wanted)
      throws SQLException {
    Held streaming =
        held.findStreaming(
            shard,
            one -> StateReplay.isIn(one.physical(), wanted) && one.loan().serves(route, intent));
    if (streaming == null) {
      return null;
    }
    try {
      if (streaming.nest()) {
        return streaming;
      }
      held.release(streaming);
      return null;
    } catch (SQLException e) {
      held.release(streaming);
      throw SqlErrors.onShard(shard, e);
    }
  }

  private void requireDurability(Held taken, Durability durability) throws SQLException {
    try {
      taken.loan().requireDurability(durability);
    } catch (SQLException e) {
      held.release(taken);
      throw SqlErrors.onShard(taken.shard(), e);
    }
  }

  /** What the commit of a write waits for at least: what its tables say, and what was asked for. */
  @Nullable Durability durabilityOf(Route route) {
    if (!OpenTransaction.writes(route)) {
      return null;
    }
    Durability ofTables = nodes().durabilityOf(route);
    Durability asked = reads.durability();
    if (ofTables == null || asked == null) {
      return ofTables == null ? asked : ofTables;
    }
    return ofTables.compareTo(asked) >= 0 ? ofTables : asked;
  }

  /** The connections that stay with the session. */
  Kept kept() {
    return kept;
  }

  /** Moments for connections that were lent. */
  Moments moments() {
    return shared.moments();
  }

  /** Marks what was lent for a transaction over several shards. */
  Marking marking() {
    return shared.marking();
  }

  /** A connection for a transaction: the one that is kept, or one of its own. */
  Held forTransaction(ShardId shard, Route route, ShardNodes.Use use, SessionState state)
      throws SQLException {
    Held known = kept.of(shard);
    return known != null && !known.inTransaction
        ? inState(held.again(known), state)
        : lent(shard, route, use, state);
  }

  /** A connection of its own. */
  Held lent(ShardId shard, Route route, ShardNodes.Use use, SessionState state)
      throws SQLException {
    shared.endings().await(shard);
    reads.on(shard, routed.epoch());
    if (!held.isEmpty() && held.isOnReplicaOf(shard)) {
      return added(ready(fit(() -> nodes().lendPrimary(shard), state), state));
    }
    Loan loan = nodes().lend(shard, route, use, routed.intent());
    if (!StateReplay.mayServe(loan.physical(), state)) {
      loan.discard();
      loan = fit(() -> nodes().lend(shard, route, use, routed.intent()), state);
    }
    if (loan.isPrimary()) {
      return added(ready(loan, state));
    }
    Held onReplica;
    try {
      onReplica = ready(loan, state);
    } catch (SQLException e) {
      // It has broken, or refuses a setting that only a primary takes.
      onReplica = ready(fit(() -> nodes().lendPrimary(shard), state), state);
    }
    return added(onReplica);
  }

  /** A connection to another replica than the one that takes long; empty if there is none. */
  Optional<Held> another(Held first, Route route, SessionState state) {
    Optional<Loan> loan;
    try {
      loan = first.loan().another(route, routed.intent());
    } catch (SQLException e) {
      return Optional.empty(); // a later map is there
    }
    if (loan.isPresent() && !StateReplay.mayServe(loan.get().physical(), state)) {
      loan.get().discard();
      return Optional.empty();
    }
    if (loan.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(added(ready(loan.get(), state)));
    } catch (SQLException e) {
      return Optional.empty(); // the first goes on
    }
  }

  /** A participant, or else a connection to the first primary that can be reached. */
  Held any(List<Held> participants, List<ShardId> shards, SessionState state) throws SQLException {
    for (Held participant : participants) {
      if (!participant.isBroken()) {
        return held.again(participant);
      }
    }
    return ofFirstThere(shards, 0, shard -> primary(shard, state));
  }

  /** A connection to the primary that may be shared. */
  Held primary(ShardId shard, SessionState state) throws SQLException {
    kept.of(shard);
    shared.endings().await(shard);
    Held known = held.find(shard, loan -> loan.isPrimary() && loan.isCurrent());
    return known != null
        ? inState(known, state)
        : held.add(ready(fit(() -> nodes().lendPrimary(shard), state), state));
  }

  /** How a connection is lent. */
  private interface Lender {
    Loan lend() throws SQLException;
  }

  /** One without traces of other sessions; those that have some are closed. */
  private static Loan fit(Lender lender, SessionState state) throws SQLException {
    Loan loan = lender.lend();
    while (!StateReplay.mayServe(loan.physical(), state)) {
      loan.discard();
      loan = lender.lend();
    }
    return loan;
  }

  /** One that runs statements: its server must not have left the session's map behind. */
  private Held added(Held taken) throws SQLException {
    if (routed.isBehind(taken.physical())) {
      taken.giveBack();
      throw SqlErrors.of(ErrorCode.MAP_CHANGED);
    }
    return held.add(taken);
  }

  private Held inState(Held known, SessionState state) throws SQLException {
    SQLException failure = bring(known, state);
    if (failure != null) {
      held.release(known);
      throw SqlErrors.onShard(known.shard(), failure);
    }
    return known;
  }

  private static Held ready(Loan loan, SessionState state) throws SQLException {
    Held taken = new Held(loan);
    SQLException failure = bring(taken, state);
    if (failure != null) {
      taken.giveBack();
      throw SqlErrors.onShard(taken.shard(), failure);
    }
    return taken;
  }

  private static @Nullable SQLException bring(Held taken, SessionState state) {
    try {
      StateReplay.bring(taken.physical(), state);
      return null;
    } catch (SQLException e) {
      taken.isAbortedBy(e);
      return e;
    }
  }
}
