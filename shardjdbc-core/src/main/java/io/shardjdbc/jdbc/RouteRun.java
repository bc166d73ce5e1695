package io.shardjdbc.jdbc;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;

/** Runs a route, each kind in its own way. */
final class RouteRun implements Route.Cases<Answer, SQLException> {

  private final Results results;
  private final Environment environment;
  private final Invocation invocation;

  RouteRun(Results results, Environment environment, Invocation invocation) {
    this.results = results;
    this.environment = environment;
    this.invocation = invocation;
  }

  @Override
  public Answer oneShard(OneShard route) throws SQLException {
    return send(route);
  }

  @Override
  public Answer anyShard(AnyShard route) throws SQLException {
    return send(route);
  }

  @Override
  public Answer manyShards(ManyShards route) throws SQLException {
    return send(route);
  }

  private Answer send(DirectRoute route) throws SQLException {
    return environment.runner().run(results.session(), route, invocation, results.running());
  }

  @Override
  public Answer gather(Gather route) throws SQLException {
    return environment.gatherer().run(results.session(), route, invocation, results.running());
  }

  @Override
  public Answer regroup(Regroup route) throws SQLException {
    return environment.gatherer().run(results.session(), route, invocation, results.running());
  }

  @Override
  public Answer broadcast(Broadcast route) throws SQLException {
    return environment
        .gatherer()
        .broadcast(results.session(), route, invocation, results.running());
  }

  @Override
  public Answer distribute(Distribute route) throws SQLException {
    RowsToWrite rows = new RowsToWrite(results, environment, route.rows());
    return route.rows().movesRows()
        ? new RowsToMove(results.session(), rows, route.rows().table()).move(invocation)
        : rows.write(invocation);
  }

  @Override
  public Answer ofSession(OfSession route) {
    throw new IllegalStateException("the connection carries this out itself");
  }
}
