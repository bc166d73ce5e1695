package io.shardjdbc.dispatch;

import io.shardjdbc.error.Asking;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan with the values of one execution.
 *
 * @param numbered what the plan takes, numbers of sequences among them; null where the caller's
 *     values are all
 */
public record Planned(Plan plan, List<@Nullable Object> values, @Nullable Bindings numbered) {

  public Planned(Plan plan, List<@Nullable Object> values) {
    this(plan, values, null);
  }

  /** How it runs: as the caller said, or, with numbers among its values, as a prepared one. */
  public Invocation invocation(Invocation asked) {
    return numbered == null ? asked : Invocation.prepared(numbered, asked.options());
  }

  /** Where it goes by a map. */
  public Route route(ShardMap map) throws SQLException {
    return Asking.route(plan, values, map);
  }

  /** The same row by row, where rows are dealt out to shards. */
  List<DirectRoute> singly(ShardMap map) throws SQLException {
    return Asking.of(() -> plan.singly(values, map));
  }

  /** The route to take where the columns of one that was tried turn out not to merge that way. */
  Optional<Route> instead(Route failed, ShardMap map) throws SQLException {
    return Asking.of(() -> plan.instead(failed, values, map));
  }
}
