package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * A write of rows that a query gives. What the shards run is known when the rows are.
 *
 * @param shards those that may take part
 */
public record Distribute(
    Effect effect,
    List<ShardId> shards,
    RowDistribution rows,
    boolean primary,
    List<List<String>> written)
    implements SteppedRoute {

  public Distribute {
    shards = List.copyOf(shards);
  }

  @Override
  public KeyHashes keys() {
    return KeyHashes.any();
  }

  @Override
  public boolean isOverSeveralShards() {
    return rows.isOverSeveralShards();
  }

  @Override
  public boolean copiesRows() {
    return true;
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.distribute(this);
  }
}
