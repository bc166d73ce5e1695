package io.shardjdbc.merge;

import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows that shards returned for a split INSERT, in the order in which the caller listed them.
 *
 * <p>A shard returns its rows in the order of its own list. Where it skipped some (ON CONFLICT DO
 * NOTHING) nothing says which; the others keep their order all the same.
 */
final class CallerOrder implements RowSource {

  private final List<ResultSet> inputs;
  private final List<List<Integer>> places;
  private final int[] taken;
  private final boolean[] exhausted;

  CallerOrder(List<ResultSet> inputs, List<List<Integer>> places) {
    this.inputs = inputs;
    this.places = places;
    this.taken = new int[inputs.size()];
    this.exhausted = new boolean[inputs.size()];
  }

  @Override
  public @Nullable ResultSet next() throws SQLException {
    while (true) {
      int nearest = nearest();
      if (nearest < 0) {
        return null;
      }
      ResultSet input = inputs.get(nearest);
      if (input.next()) {
        if (place(nearest, taken[nearest]++) != Merge.RowOrder.RETURNED_BY_ANOTHER) {
          return input;
        }
        continue;
      }
      exhausted[nearest] = true;
    }
  }

  private int nearest() {
    int nearest = -1;
    int leastPlace = 0;
    for (int i = 0; i < exhausted.length; i++) {
      if (!exhausted[i]) {
        int place = place(i, taken[i]);
        if (nearest < 0 || place < leastPlace) {
          nearest = i;
          leastPlace = place;
        }
      }
    }
    return nearest;
  }

  private int place(int input, int row) {
    List<Integer> own = places.get(input);
    return row < own.size() ? own.get(row) : Integer.MAX_VALUE;
  }
}
