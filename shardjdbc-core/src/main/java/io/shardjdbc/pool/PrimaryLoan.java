package io.shardjdbc.pool;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.set.SynchronousStandbys;
import io.shardjdbc.routing.route.Route;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection of the only node that a shard has. */
record PrimaryLoan(NodePool pool, PhysicalConnection physical, @Nullable Connection lease)
    implements Loan {

  PrimaryLoan(NodePool pool, PhysicalConnection physical) {
    this(pool, physical, physical.lease());
  }

  @Override
  public boolean isPrimary() {
    return true;
  }

  @Override
  public boolean hasReplicas() {
    return false;
  }

  @Override
  public boolean isStale() {
    return false;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public boolean serves(Route route, ReadIntent intent) {
    return true;
  }

  @Override
  public void requireDurability(Durability durability) throws SQLException {
    try {
      SynchronousStandbys.demand(durability, pool.shard().name(), physical.driver());
    } catch (NodeUnavailableException e) {
      throw Refusals.of(e);
    }
  }

  @Override
  public Optional<Duration> hedgeDelay() {
    return Optional.empty();
  }

  @Override
  public Optional<Loan> another(Route route, ReadIntent intent) {
    return Optional.empty();
  }

  @Override
  public void ran(ReadIntent intent) {}

  @Override
  public void failed(SQLException failure) {}

  @Override
  public void giveBack() {
    pool.giveBack(physical, lease);
  }

  @Override
  public void discard() {
    pool.discard(physical, lease);
  }
}
