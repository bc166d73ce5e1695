package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way of a statement that no shard can run as it stands: rows are fetched first. */
public interface Detour {

  Route route(Effect effect, boolean primary, List<@Nullable Object> values, ShardMap map);

  /** The way in words, for explain. */
  String description();
}
