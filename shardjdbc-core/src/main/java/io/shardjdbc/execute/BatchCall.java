package io.shardjdbc.execute;

import io.shardjdbc.map.Hiding;
import io.shardjdbc.session.Held;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One shard's part of a batch: the driver's own batches of its statements, text after text. */
public final class BatchCall extends ShardCall {

  /** Tells whoever tries one by one then. */
  private static final String MISCOUNTED = "21000";

  private final BatchWork work;
  private List<BatchWork.Item> items;
  private final long[] counts;
  private @Nullable String atOnce;

  BatchCall(BatchWork work, Held held, List<BatchWork.Item> items) {
    super(held);
    this.work = work;
    this.items = items;
    this.counts = new long[items.size()];
    this.atOnce = work.atOnce();
    Arrays.fill(counts, Statement.EXECUTE_FAILED);
  }

  /** The update counts of the shard's statements, in their order. */
  public long[] counts() {
    return counts.clone();
  }

  @Override
  long changed() {
    return Arrays.stream(counts).filter(count -> count > 0).sum();
  }

  @Override
  Duration timeout() {
    return work.timeout();
  }

  /** The driver sends a large batch in pieces. */
  @Override
  boolean endsAlone() {
    return false;
  }

  @Override
  void leaveOutHidden(Execution<?> execution) throws SQLException {
    Hiding hiding = execution.session().routed().hiding();
    boolean takesValues = work.form() != Invocation.Form.PLAIN;
    Map<String, String> known = new HashMap<>();
    List<BatchWork.Item> without = new ArrayList<>(items.size());
    for (BatchWork.Item item : items) {
      String sql = item.what().sql();
      String left = known.get(sql);
      if (left == null) {
        left = hiding.leftOut(sql, takesValues, execution.map(), shard());
        known.put(sql, left);
      }
      without.add(left.equals(sql) ? item : item.saying(left));
    }
    items = without;
    atOnce = null;
  }

  @Override
  boolean execute() throws SQLException {
    Connection connection = held().connection();
    if (work.form() == Invocation.Form.PLAIN) {
      Statement statement = using(connection.createStatement());
      for (BatchWork.Item item : items) {
        statement.addBatch(item.what().sql());
      }
      send(statement, 0, items.size());
      return false;
    }
    int from = atOnce == null ? 0 : executeAtOnce(connection, atOnce);
    while (from < items.size()) {
      close();
      String sql = items.get(from).what().sql();
      Invocation invocation = Invocation.ofBatch(work.form(), work.options());
      PreparedStatement statement = using((PreparedStatement) invocation.open(connection, sql));
      int to = from;
      while (to < items.size() && items.get(to).what().sql().equals(sql)) {
        BatchWork.Item item = items.get(to);
        item.bindings().bind(item.what(), statement);
        statement.addBatch();
        to++;
      }
      send(statement, from, to);
      from = to;
    }
    return false;
  }

  /** Runs as many as fill statements of many rows, and returns how many those are. */
  private int executeAtOnce(Connection connection, String text) throws SQLException {
    int rows = BatchWork.ROWS_AT_ONCE;
    int filled = items.size() / rows * rows;
    if (filled == 0) {
      return 0;
    }
    Invocation invocation = Invocation.ofBatch(work.form(), work.options());
    PreparedStatement statement = using((PreparedStatement) invocation.open(connection, text));
    for (int i = 0; i < filled; i++) {
      Bindings values = items.get(i).bindings();
      values.bindRow(statement, i % rows * values.size());
      if ((i + 1) % rows == 0) {
        statement.addBatch();
      }
    }
    try {
      for (long count : statement.executeLargeBatch()) {
        if (count != rows) {
          throw new SQLException("many rows at once are another number of rows", MISCOUNTED);
        }
      }
    } catch (BatchUpdateException e) {
      SQLException telling = e.getNextException();
      throw telling != null ? telling : e;
    }
    Arrays.fill(counts, 0, filled, 1);
    return filled;
  }

  private void send(Statement statement, int from, int to) throws SQLException {
    try {
      long[] sent = statement.executeLargeBatch();
      System.arraycopy(sent, 0, counts, from, to - from);
    } catch (BatchUpdateException e) {
      long[] sent = e.getLargeUpdateCounts();
      System.arraycopy(sent, 0, counts, from, Math.min(sent.length, to - from));
      work.countsOfFailure().set(counts.clone());
      SQLException telling = e.getNextException();
      throw telling != null ? telling : e;
    }
  }
}
