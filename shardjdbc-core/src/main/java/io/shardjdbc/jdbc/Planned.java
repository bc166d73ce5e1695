package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A plan with the values of one execution. */
record Planned(Plan plan, List<@Nullable Object> values) {

  Route route() throws SQLException {
    try {
      return plan.route(values);
    } catch (RoutingException e) {
      throw SqlErrors.of(e);
    }
  }

  /** The route to take where the columns of one that was tried turn out not to merge that way. */
  Optional<Route> instead(Merge failed) throws SQLException {
    try {
      return plan.instead(failed, values);
    } catch (RoutingException e) {
      throw SqlErrors.of(e);
    }
  }
}
