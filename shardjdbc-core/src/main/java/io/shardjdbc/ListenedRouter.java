package io.shardjdbc;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.PlanCounts;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router of connections whose DataSource has a listener: its plans tell of their routes. */
final class ListenedRouter implements Planner {

  private static final Logger LOG = LoggerFactory.getLogger(ShardListener.class);

  private final Planner router;
  private final ShardListener listener;

  /** The router itself, where nobody listens. */
  static Planner of(Planner router, @Nullable ShardListener listener) {
    return listener == null ? router : new ListenedRouter(router, listener);
  }

  private ListenedRouter(Planner router, ShardListener listener) {
    this.router = router;
    this.listener = listener;
  }

  @Override
  public ShardMap map() {
    return router.map();
  }

  @Override
  public PlanCounts planCounts() {
    return router.planCounts();
  }

  @Override
  public Found<Plan> find(String sql, Hint hint) {
    return router.find(sql, hint).map(plan -> new Listened(plan, listener));
  }

  @Override
  public Found<Plan> findText(String sql, Hint hint) {
    return router.findText(sql, hint).map(plan -> new Listened(plan, listener));
  }

  @Override
  public List<String> statements(String text) {
    return router.statements(text);
  }

  @Override
  public Optional<ShardId> describer(String sql) {
    return router.describer(sql);
  }

  @Override
  public ShardId owner(String table, @Nullable Object... key) {
    return router.owner(table, key);
  }

  @Override
  public ShardId home(String table, List<@Nullable Object> key) {
    return router.home(table, key);
  }

  @Override
  public CopyTarget copyIn(CopiedTable copied, ShardMap map) {
    return router.copyIn(copied, map);
  }

  @Override
  public Table copyOut(CopiedTable copied, ShardMap map) {
    return router.copyOut(copied, map);
  }

  private record Listened(Plan plan, ShardListener listener) implements Plan {

    @Override
    public String sql() {
      return plan.sql();
    }

    @Override
    public int parameterCount() {
      return plan.parameterCount();
    }

    @Override
    public Effect effect() {
      return plan.effect();
    }

    @Override
    public Route route(List<@Nullable Object> values, ShardMap map) {
      return told(plan.route(values, map));
    }

    @Override
    public boolean partial() {
      return plan.partial();
    }

    @Override
    public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
      return plan.instead(failed, values, map).map(this::told);
    }

    @Override
    public List<DirectRoute> singly(List<@Nullable Object> values, ShardMap map) {
      return plan.singly(values, map);
    }

    @Override
    public Optional<Numbering> numbering() {
      return plan.numbering()
          .map(n -> new Numbering(new Listened(n.plan(), listener), n.draws(), n.markers()));
    }

    private Route told(Route route) {
      try {
        listener.routed(RoutedStatement.of(plan, route));
      } catch (RuntimeException e) {
        LOG.warn("the listener {} failed", listener.getClass().getName(), e);
      }
      return route;
    }

    @Override
    public String explain() {
      return plan.explain();
    }
  }
}
