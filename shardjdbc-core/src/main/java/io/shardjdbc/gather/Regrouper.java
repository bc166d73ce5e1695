package io.shardjdbc.gather;

import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.Missing;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.ValueType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Runs statements over groups that lie on several shards: each shard groups its rows, one server
 * puts the groups together. Thread-safe.
 *
 * <p>What travels is a row for each group of each shard, however many rows these are made of.
 */
final class Regrouper {

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
    long start = System.nanoTime();
    Regroup regroup = execution.route();
    if (regroup.ofRows() && limits.isEmpty()) {
      throw SqlErrors.of(ErrorCode.GATHER_REFUSED, regroup.tables());
    }
    boolean partial = execution.work().mayBePartial();
    Invocation grouping = execution.invocation().fetching(ROWS_AT_A_TIME).partial(partial);
    Gather last;
    ShardId home;
    PartTypes types;
    StagedRows groups;
    List<Missing> missing;
    try (Answer parts = runner.run(execution.<DirectRoute>on(regroup.parts()).doing(grouping))) {
      missing = parts.missing();
      home = home(regroup, parts);
      types = new PartTypes(parts.first().rows().getMetaData(), regroup.width());
      last = last(regroup, home, types.asNamed());
      groups = new StagedRows(last.stages().get(0));
      for (ShardCall call : parts.calls()) {
        add(groups, call, types, regroup);
      }
    }
    if (types.areOfPeople()) {
      List<ValueType> looked = types.lookedUp(runner, execution, regroup, home);
      last = last(regroup, home, looked);
      groups = groups.of(last.stages().get(0));
    }
    Answer answer = gatherer.finish(execution.on(last), List.of(groups), start);
    return answer.without(missing);
  }

  private static ShardId home(Regroup regroup, Answer parts) {
    boolean isThere = parts.calls().stream().anyMatch(call -> call.shard().equals(regroup.home()));
    return isThere ? regroup.home() : parts.first().shard();
  }

  private static Gather last(Regroup regroup, ShardId home, List<ValueType> types)
      throws SQLException {
    return Asking.of(() -> regroup.finish().on(home, types));
  }

  private void add(StagedRows groups, ShardCall call, PartTypes types, Regroup regroup)
      throws SQLException {
    GatherLimits allowed = limits.orElseGet(GatherLimits::defaults);
    ResultSet from = call.rows();
    while (from.next()) {
      types.see(call.shard(), from);
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
