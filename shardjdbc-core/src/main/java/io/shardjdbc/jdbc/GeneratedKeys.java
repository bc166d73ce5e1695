package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.OneShardResultSet;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.ReturnedKeys;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.merge.Merges;
import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an execution generated, of all its shards.
 *
 * <p>The driver gives the keys of what wrote no row of a batch, and those of a query, no columns:
 * such a shard has nothing to add, and where none has, there are no keys to put in order.
 */
final class GeneratedKeys {

  private GeneratedKeys() {}

  /**
   * @param places for each shard's rows of a batch, which statements they are of; null without one
   */
  static ResultSet of(
      Results results, Answer open, ReturnedKeys wanted, @Nullable List<List<Integer>> places)
      throws SQLException {
    List<ResultSet> inputs = new ArrayList<>(open.calls().size());
    List<List<Integer>> kept = new ArrayList<>();
    for (int i = 0; i < open.calls().size(); i++) {
      ShardCall call = open.calls().get(i);
      ResultSet its = call.physical().getGeneratedKeys();
      if (open.route().isSingle() || its.getMetaData().getColumnCount() > 0) {
        inputs.add(new OneShardResultSet(results.session(), results, call, its));
        kept.add(places == null ? List.of() : places.get(i));
      }
    }
    if (inputs.isEmpty()) {
      return Merges.empty(results);
    }
    Merge merge = places == null ? open.route().merge() : new Merge.RowOrder(kept);
    ResultSet all =
        open.route().isSingle()
            ? inputs.get(0)
            : Merges.merge(merge, inputs, 0, open.first().physical(), results);
    return wanted instanceof ReturnedKeys.Positioned positioned
        ? Merges.project(all, positioned.columns(), results)
        : all;
  }
}
