package io.shardjdbc.gather;

import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.Missing;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.ValueType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs statements over groups that lie on several shards: each shard groups its rows, one server
 * puts the groups together. Thread-safe.
 *
 * <p>What travels is a row for each group of each shard, however many rows these are made of.
 */
final class Regrouper {

  /** What the driver calls text of the server's own types; enumerations are text to it, too. */
  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name");

  private static final int ROWS_AT_A_TIME = 1_000;

  private final Runner runner;
  private final Gatherer gatherer;
  private final Optional<GatherLimits> limits;

  /**
   * @param gatherer runs the last step
   * @param limits how many rows one statement may gather, and groups put together; empty where none
   *     may gather rows
   */
  Regrouper(Runner runner, Gatherer gatherer, Optional<GatherLimits> limits) {
    this.runner = runner;
    this.gatherer = gatherer;
    this.limits = limits;
  }

  /** {@link Gatherer#regroup}. */
  Answer run(Execution<Regroup> execution) throws SQLException {
    Regroup regroup = execution.route();
    if (regroup.ofRows() && limits.isEmpty()) {
      throw SqlErrors.of(ErrorCode.GATHER_REFUSED, regroup.tables());
    }
    boolean partial = execution.work().mayBePartial();
    Invocation grouping = execution.invocation().fetching(ROWS_AT_A_TIME).partial(partial);
    Gather last;
    StagedRows groups;
    List<Missing> missing;
    try (Answer parts = runner.run(execution.<DirectRoute>on(regroup.parts()).doing(grouping))) {
      last = last(regroup, parts);
      missing = parts.missing();
      groups = new StagedRows(last.stages().get(0));
      for (ShardCall call : parts.calls()) {
        add(groups, call.rows(), regroup);
      }
    }
    Answer answer = gatherer.finish(execution.on(last), List.of(groups));
    return answer.without(missing);
  }

  private static Gather last(Regroup regroup, Answer parts) throws SQLException {
    boolean isThere = parts.calls().stream().anyMatch(call -> call.shard().equals(regroup.home()));
    ShardId home = isThere ? regroup.home() : parts.first().shard();
    ResultSetMetaData columns = parts.first().rows().getMetaData();
    List<ValueType> types = new ArrayList<>();
    for (int i = regroup.width() + 1; i <= 2 * regroup.width(); i++) {
      String name = columns.getColumnTypeName(i);
      boolean text = columns.getColumnType(i) == Types.VARCHAR;
      types.add(new ValueType(name, text && !TEXTS.contains(name)));
    }
    try {
      return regroup.finish().on(home, types);
    } catch (RoutingException e) {
      throw SqlErrors.of(e);
    }
  }

  private void add(StagedRows groups, ResultSet from, Regroup regroup) throws SQLException {
    GatherLimits allowed = limits.orElseGet(GatherLimits::defaults);
    while (from.next()) {
      groups.add(from);
      if (groups.rows() > allowed.maxRows()) {
        throw tooMany(regroup, allowed.maxRows() + " rows");
      }
      if (groups.bytes() > allowed.maxBytes()) {
        throw tooMany(regroup, allowed.maxBytes() + " bytes");
      }
    }
  }

  private static SQLException tooMany(Regroup regroup, String limit) {
    return SqlErrors.of(ErrorCode.GATHER_TOO_LARGE, regroup.tables(), limit);
  }
}
