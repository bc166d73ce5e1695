package io.shardjdbc.routing.route;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.util.List;

/** Makes the second half of a {@link Regroup} from the types that the shards' answers have. */
@FunctionalInterface
public interface Finish {
  /**
   * A route to one shard; its one stage, which fetches nothing, is what the shards have answered.
   *
   * @throws RoutingException a refusal, if groups of these types cannot be put together exactly
   */
  Gather on(ShardId home, List<ValueType> types);
}
