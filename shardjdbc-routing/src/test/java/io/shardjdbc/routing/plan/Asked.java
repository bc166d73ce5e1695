package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.Stage;
import java.util.ArrayList;
import java.util.List;

/** Every shard that a route runs something on, or fetches rows from. */
final class Asked implements Route.Cases<List<ShardId>, RuntimeException> {

  private static List<ShardId> with(List<ShardId> shards, List<Stage> stages) {
    List<ShardId> all = new ArrayList<>(shards);
    for (Stage stage : stages) {
      stage.fetches().stream().map(ShardStatement::shard).forEach(all::add);
    }
    return all;
  }

  @Override
  public List<ShardId> oneShard(OneShard route) {
    return route.shards();
  }

  @Override
  public List<ShardId> anyShard(AnyShard route) {
    return route.shards();
  }

  @Override
  public List<ShardId> manyShards(ManyShards route) {
    return route.shards();
  }

  @Override
  public List<ShardId> gather(Gather route) {
    return with(route.shards(), route.stages());
  }

  @Override
  public List<ShardId> regroup(Regroup route) {
    return route.shards();
  }

  @Override
  public List<ShardId> broadcast(Broadcast route) {
    return with(route.shards(), route.stages());
  }

  @Override
  public List<ShardId> distribute(Distribute route) {
    return route.shards();
  }

  @Override
  public List<ShardId> inTurn(InTurn route) {
    return route.shards();
  }

  @Override
  public List<ShardId> ofSession(OfSession route) {
    return route.shards();
  }
}
