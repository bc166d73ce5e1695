package io.shardjdbc.hear;

import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import java.util.List;

/** A route as listeners see it. */
public record Routed(Plan decided, Route route, ShardMap map) implements RoutedStatement {

  private static final Route.Cases<Way, RuntimeException> WAYS = new Ways();

  @Override
  public String sql() {
    return decided.sql();
  }

  @Override
  public String summary() {
    return decided.summary();
  }

  @Override
  public String plan() {
    return decided.explain();
  }

  @Override
  public Way way() {
    return route.fold(WAYS);
  }

  @Override
  public List<ShardId> shards() {
    return route.shards();
  }

  @Override
  public boolean isOverSeveralShards() {
    return route.isOverSeveralShards();
  }

  @Override
  public boolean isGathered() {
    return route.copiesRows();
  }

  @Override
  public boolean mayWrite() {
    return route.effect() == Effect.WRITE || mayChangeSchema();
  }

  @Override
  public boolean mayChangeSchema() {
    return route.effect() == Effect.SCHEMA;
  }

  @Override
  public long epoch() {
    return map.epoch().number();
  }

  /** The plan alone holds the text, with its literals. */
  @Override
  public String toString() {
    return summary() + " " + way().label() + " " + shards();
  }

  private static final class Ways implements Route.Cases<Way, RuntimeException> {

    @Override
    public Way oneShard(OneShard route) {
      return Way.ONE_SHARD;
    }

    @Override
    public Way anyShard(AnyShard route) {
      return Way.ANY_SHARD;
    }

    @Override
    public Way manyShards(ManyShards route) {
      return route.isSingle() ? Way.ONE_SHARD : Way.SCATTER;
    }

    @Override
    public Way gather(Gather route) {
      return Way.GATHER;
    }

    @Override
    public Way regroup(Regroup route) {
      return Way.REGROUP;
    }

    @Override
    public Way broadcast(Broadcast route) {
      return Way.BROADCAST;
    }

    @Override
    public Way distribute(Distribute route) {
      return Way.DISTRIBUTE;
    }

    @Override
    public Way inTurn(InTurn route) {
      return Way.IN_TURN;
    }

    @Override
    public Way ofSession(OfSession route) {
      return Way.SESSION;
    }
  }
}
