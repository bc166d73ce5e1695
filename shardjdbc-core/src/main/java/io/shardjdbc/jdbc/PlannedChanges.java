package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.merge.RowChanges;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.ChangeableRows;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.wrap.Binding;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plans what the driver is about to do to a row, where there are several shards.
 *
 * <p>The driver changes the row on the shard that it came from. That is right where a statement
 * that does the same to the rows of the query would run on this shard as it is written: the row
 * keeps its key, and no trigger or foreign key leads elsewhere. So such a statement is planned
 * first, and refused like any other.
 */
final class PlannedChanges implements RowChanges {

  private final LogicalConnection connection;
  private final Invocation invocation;
  private final List<ShardId> shards;
  private final @Nullable ChangeableRows rows;

  private PlannedChanges(
      LogicalConnection connection,
      Invocation invocation,
      List<ShardId> shards,
      @Nullable ChangeableRows rows) {
    this.connection = connection;
    this.invocation = invocation;
    this.shards = shards;
    this.rows = rows;
  }

  /** What may be changed through the rows of an execution; null where anything may. */
  static @Nullable PlannedChanges of(
      LogicalConnection connection, Execution<Route> execution, @Nullable Planned planned) {
    if (execution.map().isAlone()) {
      return null;
    }
    Invocation invocation = execution.invocation();
    DirectRoute direct = execution.route().direct();
    boolean one = direct != null && direct.isSingle() && direct.isCallersText();
    ChangeableRows rows =
        one && planned != null && invocation.form() != Invocation.Form.CALL
            ? connection
                .plans()
                .router()
                .changeable(planned.plan().sql(), invocation.form() != Invocation.Form.PLAIN)
            : null;
    List<ShardId> shards =
        direct == null ? List.of() : direct.shards(); // SET and its kin have none
    return new PlannedChanges(connection, invocation, shards, rows);
  }

  /** How a query runs whose rows are to be changed. */
  static Execution<Route> prepared(Execution<Route> execution, @Nullable PlannedChanges changes) {
    return changes == null || changes.rows != null
        ? execution.on(execution.route().withRowsToChange())
        : execution.doing(execution.invocation().forReading());
  }

  @Override
  public void begin() throws SQLException {
    rows();
  }

  @Override
  public void update(List<String> columns) throws SQLException {
    plan(rows().update(columns));
  }

  @Override
  public void delete() throws SQLException {
    plan(rows().delete());
  }

  @Override
  public void insert(Map<String, @Nullable Object> values) throws SQLException {
    @Nullable Binding[] bindings = new @Nullable Binding[values.size()];
    int at = 0;
    for (Object value : values.values()) {
      bindings[at++] = new Given(value);
    }
    String sql = rows().insert(List.copyOf(values.keySet()));
    require(connection.plans().planned(sql, Hint.NONE, new Bindings(bindings)));
  }

  /** A value of a row to insert, as the driver will bind it. */
  private record Given(@Nullable Object value) implements Binding {
    @Override
    public void bind(PreparedStatement target, int index) throws SQLException {
      target.setObject(index, value);
    }
  }

  private ChangeableRows rows() throws SQLException {
    if (rows == null) {
      throw refused("a change of rows through the result of this query over several shards");
    }
    return rows;
  }

  /** Plans with the values of the query. */
  private void plan(String sql) throws SQLException {
    Plans plans = connection.plans();
    require(
        invocation.form() == Invocation.Form.PLAIN
            ? plans.planned(sql)
            : plans.planned(sql, Hint.NONE, invocation.bindings()));
  }

  private void require(Planned planned) throws SQLException {
    ShardMap now = connection.environment().surroundings().maps().get();
    Route route = planned.route(now);
    DirectRoute direct = route.direct();
    if (direct == null
        || !direct.isSingle()
        || !direct.isCallersText()
        || route.effect() != Effect.WRITE
        || !route.shards().equals(shards)) {
      throw refused("a change of this row through a result over several shards");
    }
  }

  private static SQLException refused(String what) {
    return SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, what);
  }
}
