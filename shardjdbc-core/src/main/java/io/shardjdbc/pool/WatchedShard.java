package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.replication.watch.Choice;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One shard whose nodes are watched: a pool for each, and a replica set that chooses.
 *
 * <p>What the replica set says about a node counts only on a connection that was open when the node
 * was last asked. A younger one, to a replica, is put into the pool for the next reader, and this
 * one goes to the primary. A younger one to the primary is asked whether its server is one.
 */
final class WatchedShard {

  private final ReplicaSet replicas;
  private final Map<NodeId, NodePool> pools;
  private final Duration firstProbes;
  private volatile boolean probed;

  WatchedShard(ReplicaSet replicas, Map<NodeId, NodePool> pools) {
    this.replicas = replicas;
    this.pools = Map.copyOf(pools);
    this.firstProbes = replicas.settings().probing().timeout().multipliedBy(3);
  }

  ReplicaSet replicas() {
    return replicas;
  }

  Loan lend(Route route, ShardNodes.Use use, ReadIntent intent) throws SQLException {
    awaitFirstProbes();
    try {
      boolean writes = route.effect() != Effect.READ && route.effect() != Effect.READ_ON_PRIMARY;
      if (writes || use == ShardNodes.Use.TRANSACTION) {
        ReadSession session = intent.session().orElse(null);
        return ofPrimary(session == null ? replicas.chooseWrite() : replicas.chooseWrite(session));
      }
      if (use == ShardNodes.Use.OF_MOMENT && Loan.mayReadReplica(route)) {
        return near(intent);
      }
      // A read-only transaction may read any key later.
      boolean alone = use == ShardNodes.Use.ALONE;
      return Loan.mayReadReplica(route)
          ? forRead(intent, alone ? route.keys() : KeyHashes.any())
          : ofPrimary(replicas.chooseRead(onPrimary(intent)));
    } catch (NodeUnavailableException e) {
      throw Refusals.of(e);
    }
  }

  Loan lendPrimary() throws SQLException {
    awaitFirstProbes();
    try {
      return ofPrimary(replicas.chooseWrite());
    } catch (NodeUnavailableException e) {
      throw Refusals.of(e);
    }
  }

  NodePool primary() throws SQLException {
    awaitFirstProbes();
    try {
      return pool(replicas.chooseWrite());
    } catch (NodeUnavailableException e) {
      throw Refusals.of(e);
    }
  }

  /** The same read where only the primary can serve it; what else it asks for holds on. */
  private static ReadIntent onPrimary(ReadIntent intent) {
    ReadIntent primary = ReadIntent.primary();
    if (intent.token().isPresent()) {
      primary = primary.after(intent.token().get());
    }
    return intent.session().isPresent() ? primary.within(intent.session().get()) : primary;
  }

  /** A young connection will do, since what its server has is asked later. */
  private Loan near(ReadIntent intent) throws SQLException, NodeUnavailableException {
    Choice choice = replicas.chooseNear(intent);
    if (choice.isPrimary()) {
      return ofPrimary(choice);
    }
    NodePool pool = pool(choice);
    try {
      return new WatchedLoan(this, pool, pool.borrow(), choice);
    } catch (SQLException e) {
      if (CodedError.is(e, ErrorCode.INTERRUPTED)) {
        throw e;
      }
      if (pool.openConnections() == 0) {
        replicas.troubled(choice, e);
      }
      return ofPrimary(replicas.chooseRead(onPrimary(intent)));
    }
  }

  private Loan forRead(ReadIntent intent, KeyHashes keys) throws SQLException {
    SQLException failure = null;
    NodeId failed = null;
    for (int i = 0; i < pools.size(); i++) {
      Choice choice = chooseRead(intent, keys);
      if (choice.isPrimary()) {
        return ofPrimary(choice);
      }
      if (failure != null && choice.node().equals(failed)) {
        throw failure; // it answers the probe, but has no connection to spare
      }
      NodePool pool = pool(choice);
      PhysicalConnection physical;
      try {
        physical = pool.borrow();
      } catch (SQLException e) {
        if (CodedError.is(e, ErrorCode.INTERRUPTED)) {
          throw e;
        }
        if (pool.openConnections() == 0) {
          replicas.troubled(choice, e);
        }
        failure = e;
        failed = choice.node();
        continue;
      }
      if (choice.covers(physical.openedAt())) {
        return new WatchedLoan(this, pool, physical, choice);
      }
      return insteadOfYoung(choice, pool, physical, intent, keys);
    }
    throw failure != null ? failure : SqlErrors.of(ErrorCode.USAGE, "no nodes");
  }

  /**
   * A connection to another replica than that of a choice which takes long; empty if none. A young
   * one is vouched for within one probe, so that is waited for.
   */
  Optional<Loan> another(Choice first, Route route, ReadIntent intent) {
    Optional<Choice> other = replicas.hedge(first, intent, route.keys().toArray());
    if (other.isEmpty()) {
      return Optional.empty();
    }
    Choice choice = other.get();
    NodePool pool = pool(choice);
    try {
      PhysicalConnection physical = pool.borrow();
      if (choice.covers(physical.openedAt())) {
        return Optional.of(new WatchedLoan(this, pool, physical, choice));
      }
      Loan confirmed = confirmed(choice, pool, physical, intent, route.keys());
      if (confirmed != null) {
        return Optional.of(confirmed);
      }
      pool.giveBack(physical, physical.lease());
    } catch (SQLException e) {
      if (pool.openConnections() == 0 && !CodedError.is(e, ErrorCode.INTERRUPTED)) {
        replicas.troubled(choice, e);
      }
    }
    return Optional.empty();
  }

  /**
   * The primary serves; where there is none, or where it is to be spared, the connection is waited
   * for to be vouched for.
   */
  private Loan insteadOfYoung(
      Choice choice, NodePool pool, PhysicalConnection physical, ReadIntent intent, KeyHashes keys)
      throws SQLException {
    Loan confirmed = choice.isStale() ? confirmed(choice, pool, physical, intent, keys) : null;
    if (confirmed != null) {
      return confirmed;
    }
    try {
      Choice primary = replicas.chooseRead(onPrimary(intent));
      pool.giveBack(physical, physical.lease());
      return ofPrimary(primary);
    } catch (NodeUnavailableException e) {
      confirmed = confirmed(choice, pool, physical, intent, keys);
      if (confirmed != null) {
        return confirmed;
      }
      pool.giveBack(physical, physical.lease());
      throw e;
    }
  }

  private @Nullable Loan confirmed(
      Choice choice,
      NodePool pool,
      PhysicalConnection physical,
      ReadIntent intent,
      KeyHashes keys) {
    return replicas
        .awaitCovering(choice, physical.openedAt(), intent, keys.toArray())
        .map(now -> new WatchedLoan(this, pool, physical, now))
        .orElse(null);
  }

  private Choice chooseRead(ReadIntent intent, KeyHashes keys) throws SQLException {
    return switch (keys.size()) {
      case 0 -> replicas.chooseRead(intent);
      case 1 -> replicas.chooseRead(intent, keys.get(0));
      default -> replicas.chooseRead(intent, keys.toArray());
    };
  }

  private Loan ofPrimary(Choice choice) throws SQLException {
    NodePool pool = pool(choice);
    PhysicalConnection physical;
    try {
      physical = pool.borrow();
    } catch (SQLException e) {
      if (!CodedError.is(e, ErrorCode.INTERRUPTED) && !CodedError.is(e, ErrorCode.POOL_EXHAUSTED)) {
        replicas.troubled(choice, e);
      }
      throw e;
    }
    if (!choice.covers(physical.openedAt())) {
      SQLException doubt = doubtOfPrimary(physical);
      if (doubt != null) {
        pool.discard(physical, physical.lease());
        replicas.troubled(choice, doubt);
        throw doubt;
      }
    }
    return new WatchedLoan(this, pool, physical, choice);
  }

  private @Nullable SQLException doubtOfPrimary(PhysicalConnection physical) {
    try {
      return physical.isOnStandby()
          ? SqlErrors.of(ErrorCode.SHARD_READ_ONLY, replicas.shard())
          : null;
    } catch (SQLException e) {
      return SqlErrors.unavailable(pools.values().iterator().next().shard(), e);
    }
  }

  void wrote(KeyHashes keys, ShardNodes.Outcome outcome, ReadIntent intent) {
    boolean known = outcome == ShardNodes.Outcome.KNOWN;
    if (keys.isAny()) {
      if (known) {
        replicas.writtenAll();
      } else {
        replicas.inDoubtAll();
      }
    } else if (known) {
      replicas.written(keys.toArray());
    } else {
      replicas.inDoubt(keys.toArray());
    }
    intent.session().ifPresent(replicas::written);
  }

  /**
   * The configuration names the primary of the day it was written. Before anything is sent, each
   * node is asked once what it is, or has failed to say so in time.
   */
  private void awaitFirstProbes() {
    if (!probed) {
      replicas.awaitFirstProbes(firstProbes);
      probed = !Thread.currentThread().isInterrupted(); // who waited for less knows nothing
    }
  }

  private NodePool pool(Choice choice) {
    NodePool pool = pools.get(choice.node());
    if (pool == null) {
      throw new IllegalStateException("no pool of node " + choice.node());
    }
    return pool;
  }
}
