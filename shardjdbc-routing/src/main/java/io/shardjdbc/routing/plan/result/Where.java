package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;

/** Says which shard it is that a plan means, in the map of an execution. */
@FunctionalInterface
public interface Where {

  ShardId in(ShardMap map);
}
