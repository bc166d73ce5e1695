package io.shardjdbc.merge;

import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A k-way merge: every shard's rows are sorted alike, and the least of their heads is next.
 *
 * <p>Heads are kept in order in an array. To put one in its place takes as few comparisons as a
 * heap's best case, and to move a few references costs less than a comparison.
 */
final class SortedRows implements RowSource {

  private final List<ResultSet> inputs;
  private final List<SortColumn> columns;

  /** The least one last. */
  private final Head[] heads;

  private int count;
  private @Nullable Head current;
  private @Nullable Head before;
  private boolean started;

  /** The row an input stands on, as far as sorting goes. */
  private static final class Head {
    final int input;
    final @Nullable Object[] keys;

    Head(int input, @Nullable Object[] keys) {
      this.input = input;
      this.keys = keys;
    }
  }

  /**
   * @param columns at least one
   */
  private SortedRows(List<ResultSet> inputs, List<SortColumn> columns) {
    this.inputs = inputs;
    this.columns = columns;
    this.heads = new Head[inputs.size()];
  }

  /** The rows of inputs that are sorted by the columns of a merge. */
  static SortedRows of(Merge.Sorted merge, List<ResultSet> inputs) throws SQLException {
    List<SortColumn> columns = new ArrayList<>(merge.keys().size());
    for (Merge.SortKey key : merge.keys()) {
      columns.add(SortColumn.of(key, inputs));
    }
    return new SortedRows(inputs, columns);
  }

  @Override
  public @Nullable ResultSet next() throws SQLException {
    before = current;
    if (!started) {
      started = true;
      for (int i = 0; i < inputs.size(); i++) {
        advance(i);
      }
    } else if (before != null) {
      advance(before.input);
    }
    current = count == 0 ? null : heads[--count];
    return current == null ? null : inputs.get(current.input);
  }

  @Override
  public boolean isTie() {
    return before != null && current != null && compareKeys(before, current) == 0;
  }

  private void advance(int input) throws SQLException {
    ResultSet rows = inputs.get(input);
    if (rows.next()) {
      @Nullable Object[] keys = new Object[columns.size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = columns.get(i).read(input, rows);
      }
      put(new Head(input, keys));
    }
  }

  private void put(Head head) {
    int from = 0;
    int to = count;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (compareHeads(heads[middle], head) > 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    System.arraycopy(heads, from, heads, from + 1, count - from);
    heads[from] = head;
    count++;
  }

  private int compareHeads(Head a, Head b) {
    int byKeys = compareKeys(a, b);
    return byKeys != 0 ? byKeys : Integer.compare(a.input, b.input);
  }

  private int compareKeys(Head a, Head b) {
    for (int i = 0; i < columns.size(); i++) {
      int order = columns.get(i).compare(a.keys[i], b.keys[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
