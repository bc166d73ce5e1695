package io.shardjdbc.dispatch;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.merge.Merges;
import io.shardjdbc.merge.ResultOwner;
import io.shardjdbc.routing.route.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of an execution.
 *
 * @param answer what the shards answered; to be closed
 * @param rows its rows as one result set; null where it returned a count
 */
public record Answered(Answer answer, @Nullable ResultSet rows) implements AutoCloseable {

  @Override
  public void close() {
    answer.close();
  }

  static Answered of(Execution<?> execution, Answer answer, ResultOwner owner) throws SQLException {
    return new Answered(answer, answer.returnsRows() ? rows(execution, answer, owner) : null);
  }

  private static ResultSet rows(Execution<?> execution, Answer answer, ResultOwner owner)
      throws SQLException {
    if (answer.isOfOneShard()) {
      return rows(execution, answer.first(), owner);
    }
    List<ResultSet> inputs = new ArrayList<>(answer.calls().size());
    for (ShardCall call : answer.calls()) {
      inputs.add(rows(execution, call, owner));
    }
    long most = execution.work().options().maxRows();
    return Merges.merge(answer.route().merge(), inputs, most, answer.first().physical(), owner);
  }

  private static ResultSet rows(Execution<?> execution, ShardCall call, ResultOwner owner)
      throws SQLException {
    Route route = execution.route();
    boolean copies = route.direct() == null && (route.copiesRows() || route.isMergedLater());
    return new OneShardResultSet(execution.session(), owner, call, call.rows(), copies);
  }
}
