package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way of a statement that no shard can run as it stands: rows are fetched first. */
interface Detour {

  Route route(Effect effect, boolean primary, List<@Nullable Object> values);

  /** The way in words, for explain. */
  String description();
}
