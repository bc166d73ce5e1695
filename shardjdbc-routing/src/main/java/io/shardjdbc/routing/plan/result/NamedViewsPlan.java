package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan of a statement for the only shard there is: what the views in it do is known by their
 * definitions, and the server gets the text that names them. It knows which are meant, by the
 * search path of the session, and who may read them.
 *
 * @param sql that names the views
 * @param summary of it
 * @param replaced the same with definitions in the views' places
 */
public record NamedViewsPlan(Plan plan, String sql, String summary, String replaced)
    implements PlanAround {

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    Route route = plan.route(values, map);
    DirectRoute direct = route.direct();
    if (direct == null) {
      return route;
    }
    List<ShardStatement> named = new ArrayList<>();
    for (ShardStatement statement : direct.statements()) {
      named.add(statement.sql().equals(replaced) ? statement.saying(sql) : statement);
    }
    return direct.with(named);
  }
}
