package io.shardjdbc.dispatch;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.gather.Gatherer;
import io.shardjdbc.merge.ResultOwner;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import java.sql.SQLException;

/** Runs the route of one execution, each kind in its own way. */
final class RouteRun implements Route.Cases<Answer, SQLException> {

  private final Dispatcher dispatcher;
  private final Runner runner;
  private final Gatherer gatherer;
  private final Execution<Route> execution;
  private final ResultOwner owner;

  RouteRun(Dispatcher dispatcher, Execution<Route> execution, ResultOwner owner) {
    this.dispatcher = dispatcher;
    this.runner = dispatcher.runner();
    this.gatherer = dispatcher.gatherer();
    this.execution = execution;
    this.owner = owner;
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
    return runner.run(execution.on(route));
  }

  @Override
  public Answer gather(Gather route) throws SQLException {
    return gatherer.run(execution.on(route));
  }

  @Override
  public Answer regroup(Regroup route) throws SQLException {
    return gatherer.regroup(execution.on(route));
  }

  @Override
  public Answer broadcast(Broadcast route) throws SQLException {
    return gatherer.broadcast(execution.on(route));
  }

  @Override
  public Answer distribute(Distribute route) throws SQLException {
    RowsToWrite rows = new RowsToWrite(dispatcher, execution.on(route), owner);
    if (route.rows().movesRows()) {
      return new RowsToMove(execution.session(), rows, route.rows().table()).move();
    }
    RowDistribution way = route.rows();
    return way.locksRows()
        ? OneTransaction.of(execution.session(), rows, way.writesFirst())
        : rows.write();
  }

  @Override
  public Answer inTurn(InTurn route) throws SQLException {
    return new RowsInTurn(runner, execution.on(route)).run();
  }

  @Override
  public Answer ofSession(OfSession route) {
    throw new IllegalStateException("the connection carries this out itself");
  }
}
