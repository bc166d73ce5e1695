package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;

/** The execution of a plan, by whichever map it goes. */
record PlannedRun(Results results, Planned planned, Invocation invocation)
    implements Following.Statement {

  @Override
  public Route route(ShardMap map) throws SQLException {
    return planned.route(map);
  }

  @Override
  public boolean run(Route route, ShardMap map) throws SQLException {
    return results.execute(planned, invocation, route, map);
  }
}
