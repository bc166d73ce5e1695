package io.shardjdbc.session;

import io.shardjdbc.catalog.SessionTraces;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.pool.ShardNodes.Outcome;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The physical connections that a session keeps beyond statements and transactions: one that was
 * handed out to the caller, and one on whose server something of the session lives, such as a
 * temporary table, a lock or a channel it listens to.
 *
 * <p>The latter serves nobody else afterwards. When it is lost, what lived on it is lost too, and
 * another connection must not take its place as if nothing had happened: the session is refused, as
 * it would be by a driver whose connection broke.
 */
public final class Kept {

  private final HeldConnections held;
  private final SessionTraces traces;
  private final ShardNodes nodes;
  private @Nullable LeftSettings left;
  private List<Held> all = List.of();

  /** What was handed out to the caller, each with what ends that he may write by it. */
  private volatile Map<ShardId, Runnable> handedOut = Map.of();

  private boolean marksAll;
  private boolean isOver;

  Kept(HeldConnections held, SessionTraces traces, ShardNodes nodes) {
    this.held = held;
    this.traces = traces;
    this.nodes = nodes;
  }

  /**
   * Whether whatever is taken from now on is kept, for a batch whose statements leave something.
   */
  public void markAll(boolean on) {
    marksAll = on;
  }

  /** What functions have set; made when one may have, as in most sessions none has. */
  private LeftSettings left() {
    LeftSettings its = left;
    if (its == null) {
      its = new LeftSettings(traces);
      left = its;
    }
    return its;
  }

  /** Notes that a transaction has gone back, or ended. */
  void wentBack(boolean ended) {
    if (left != null) {
      left.wentBack(ended);
    }
  }

  /** Notes that the session itself has set something. */
  void isSet(String name) {
    if (left != null) {
      left.isSet(name);
    }
  }

  private void spread(Session session, @Nullable Route next) throws SQLException {
    if (left != null) {
      left.spread(session, next);
    }
  }

  /** Whether a text may leave something in the session of a server that runs it. */
  public boolean mayBeLeftBy(String sql) {
    return traces.mayBeLeftBy(sql);
  }

  /**
   * Keeps a connection on which a statement is about to run that may leave something there: by a
   * function or a trigger, of which its text says nothing. That on a replica goes to nobody else,
   * but does not stay either: the next statement may have to go to the primary.
   */
  Held marked(Held taken, Route route) {
    if (marksAll || traces.mayBeLeftBy(route)) {
      left().mayComeFrom(taken, route);
      if (taken.isOnReplica()) {
        taken.isTainted();
      } else if (!all.contains(taken)) {
        taken.keepsState();
        note(held.again(taken));
      } else {
        taken.keepsState();
      }
    }
    return taken;
  }

  /** Keeps the primary's connection that a statement will run on, and leave something on. */
  public void forState(Session session, Route route) throws SQLException {
    left().mayComeFrom(keep(session, route, true), route);
  }

  /**
   * Keeps a connection to a primary for a caller who takes it past us, and may do anything on it:
   * that of the open transaction, where there is one.
   */
  public Held handOut(Session session, ShardId shard) throws SQLException {
    ShardStatement unknown = ShardStatement.unchanged(shard, "");
    Route route = new OneShard(Effect.WRITE, unknown, KeyHashes.any(), true, null, List.of());
    Held taken = keep(session, route, false);
    mayWriteUnseen(taken);
    return taken;
  }

  /**
   * Notes that a caller has come to the driver's connection, by its statement or its rows: nobody
   * else gets it afterwards, and what he writes by it nobody sees.
   */
  public synchronized void mayWriteUnseen(Held taken) {
    taken.isTainted();
    ShardId shard = taken.shard();
    if (!isOver && !taken.isOnReplica() && !handedOut.containsKey(shard)) {
      Map<ShardId, Runnable> more = new LinkedHashMap<>(handedOut);
      more.put(shard, nodes.unseenWrites(shard));
      handedOut = more;
    }
  }

  /** Notes that the caller has no connection any more, at the end of the session. */
  synchronized void ended(Session session) {
    isOver = true;
    tellWrites(session);
    Map<ShardId, Runnable> over = handedOut;
    handedOut = Map.of();
    over.values().forEach(Runnable::run);
  }

  /** Does what has to be done before a statement runs: what others left is told of. */
  void before(Session session, Route route) throws SQLException {
    tellWrites(session);
    spread(session, route);
  }

  /** The same where it is the library itself that asks a server for something. */
  void beforeAsking(Session session) throws SQLException {
    session.requireOpen();
    spread(session, null);
  }

  /**
   * Tells of writes that may have been made past us, before anything is read that may need them.
   */
  void tellWrites(Session session) {
    Map<ShardId, Runnable> shards = handedOut;
    if (!shards.isEmpty()) {
      shards.keySet().forEach(shard -> session.wrote(shard, KeyHashes.any(), Outcome.KNOWN));
    }
  }

  private Held keep(Session session, Route route, boolean forState) throws SQLException {
    session.admit(route);
    ShardId shard = route.shards().get(0);
    Held taken = session.inTransaction() ? session.hold(shard, route) : session.holdPrimary(shard);
    taken.isTainted();
    add(taken, forState);
    return taken;
  }

  /** Keeps no longer what was kept only because it was handed out. */
  public void letGo() {
    letGo(false);
  }

  private void add(Held taken, boolean forState) {
    if (forState) {
      taken.keepsState();
    }
    if (all.contains(taken)) {
      held.release(taken);
    } else {
      note(taken);
    }
  }

  /** Most sessions keep nothing, and have no list for it. */
  private void note(Held taken) {
    if (all.isEmpty()) {
      all = new ArrayList<>(1);
    }
    all.add(taken);
  }

  /** The connection that is kept of a shard, if it is fit for use. */
  @Nullable Held of(ShardId shard) throws SQLException {
    Held found = null;
    for (int i = 0; i < all.size(); i++) {
      Held known = all.get(i);
      if (known.shard().equals(shard)) {
        boolean fit = !known.isBroken() && known.loan().isCurrent();
        if (!fit && known.hasState()) {
          throw SqlErrors.unavailable(
              shard, new SQLException("the connection with the session's state is lost", "08006"));
        }
        found = fit ? known : found;
      }
    }
    return found;
  }

  /**
   * The one shard on which something of the session lives; empty where there is none, or several.
   */
  public Optional<ShardId> only() {
    List<ShardId> shards = all.stream().filter(Held::hasState).map(Held::shard).distinct().toList();
    return shards.size() == 1 ? Optional.of(shards.get(0)) : Optional.empty();
  }

  /** Whether no other connection to its shard is kept. */
  boolean hasOnly(Held one) {
    return all.stream().allMatch(kept -> kept == one || !kept.shard().equals(one.shard()));
  }

  /** Runs a statement on the connections on which something of the session lives. */
  void executeOnState(String sql) throws SQLException {
    for (Held known : all) {
      if (known.hasState()) {
        known.execute(sql);
      }
    }
  }

  /** Keeps no longer what was handed out, or anything at all. */
  void letGo(boolean stateToo) {
    if (stateToo) {
      left = null;
    }
    for (Held known : List.copyOf(all)) {
      if (stateToo || !known.hasState()) {
        all.remove(known);
        held.release(known);
      }
    }
  }
}
