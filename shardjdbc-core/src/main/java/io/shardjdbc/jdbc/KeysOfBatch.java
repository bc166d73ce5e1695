package io.shardjdbc.jdbc;

import io.shardjdbc.execute.BatchCall;
import io.shardjdbc.execute.BatchWork;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.ShardStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which of a batch's statements the keys are of that shards generated for all of it. */
final class KeysOfBatch {

  private KeysOfBatch() {}

  /**
   * Whether shards may run the batch in one go and still say which keys are of which row. One
   * statement of the driver's has the keys of one text alone, and rows of one statement that are
   * split over shards have an order within it. Who is told otherwise runs one statement after
   * another.
   */
  static boolean areOfOneText(List<DirectRoute> routes) {
    Map<ShardId, String> texts = new HashMap<>();
    for (DirectRoute route : routes) {
      if (!route.isSingle() && route.merge().placesRows()) {
        return false;
      }
      for (ShardStatement statement : route.statements()) {
        String before = texts.putIfAbsent(statement.shard(), statement.sql());
        if (before != null && !before.equals(statement.sql())) {
          return false;
        }
      }
    }
    return true;
  }

  /** For each row that a shard returned, which of the caller's statements it is from. */
  static List<List<Integer>> places(
      List<BatchCall> calls, Map<ShardId, List<BatchWork.Item>> items, List<DirectRoute> routes) {
    List<List<Integer>> all = new ArrayList<>();
    for (BatchCall call : calls) {
      List<BatchWork.Item> own = items.getOrDefault(call.shard(), List.of());
      long[] counts = call.counts();
      List<Integer> rows = new ArrayList<>();
      for (int i = 0; i < counts.length; i++) {
        int entry = own.get(i).entry();
        boolean again = isFurtherCopy(routes.get(entry), call.shard());
        for (long row = 0; row < (counts[i] < 0 ? 1 : counts[i]); row++) {
          rows.add(again ? Merge.RowOrder.RETURNED_BY_ANOTHER : entry);
        }
      }
      all.add(rows);
    }
    return all;
  }

  /** Whether a shard does once more, to its copy, what the first shard of the route does. */
  static boolean isFurtherCopy(DirectRoute route, ShardId shard) {
    return route.isAlikeOnAll() && !route.statements().get(0).shard().equals(shard);
  }
}
