package io.shardjdbc.pool;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.replication.watch.Choice;
import io.shardjdbc.routing.route.Route;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection to a node that a replica set has chosen, which hears how it went. */
final class WatchedLoan implements Loan {

  private final WatchedShard shard;
  private final ReplicaSet replicas;
  private final NodePool pool;
  private final PhysicalConnection physical;
  private final @Nullable Connection lease;
  private final Choice choice;
  private final long lentAt = System.nanoTime();

  WatchedLoan(WatchedShard shard, NodePool pool, PhysicalConnection physical, Choice choice) {
    this.shard = shard;
    this.replicas = shard.replicas();
    this.pool = pool;
    this.physical = physical;
    this.lease = physical.lease();
    this.choice = choice;
    replicas.started(choice);
  }

  @Override
  public NodePool pool() {
    return pool;
  }

  @Override
  public PhysicalConnection physical() {
    return physical;
  }

  @Override
  public boolean isPrimary() {
    return choice.isPrimary();
  }

  @Override
  public boolean hasReplicas() {
    return true;
  }

  @Override
  public boolean isStale() {
    return choice.isStale();
  }

  @Override
  public boolean isCurrent() {
    return !choice.isPrimary() || replicas.isPrimary(choice.node());
  }

  @Override
  public boolean serves(Route route, ReadIntent intent) {
    if (choice.isPrimary()) {
      return isCurrent() && intent.token().isEmpty() && intent.session().isEmpty();
    }
    if (!Loan.mayReadReplica(route)) {
      return false;
    }
    return replicas
        .again(choice, intent, route.keys().toArray())
        .map(now -> now.covers(physical.openedAt()))
        .orElse(false);
  }

  @Override
  public boolean awaitReplayed(WalPosition position, Duration patience) {
    return choice.isPrimary()
        || replicas.awaitReplayed(choice, physical.openedAt(), position, patience);
  }

  @Override
  public void requireDurability(Durability durability) throws SQLException {
    try {
      replicas.checkDurability(durability);
    } catch (NodeUnavailableException e) {
      throw Refusals.of(e);
    }
  }

  @Override
  public Optional<Duration> hedgeDelay() {
    return choice.isPrimary() ? Optional.empty() : replicas.hedgeDelay();
  }

  @Override
  public Optional<Loan> another(Route route, ReadIntent intent) {
    return shard.another(choice, route, intent);
  }

  @Override
  public void ran(ReadIntent intent) {
    replicas.answered(choice, intent, System.nanoTime() - lentAt);
  }

  @Override
  public void failed(SQLException failure) {
    replicas.troubled(choice, failure);
  }

  @Override
  public void giveBack() {
    if (pool.giveBack(physical, lease)) {
      replicas.ended(choice);
    }
  }

  @Override
  public void discard() {
    if (pool.discard(physical, lease)) {
      replicas.ended(choice);
    }
  }
}
