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

/** One shard's part of a batch: the driver's own batches of its statements, text after text. */
public final class BatchCall extends ShardCall {

  private final BatchWork work;
  private List<BatchWork.Item> items;
  private final long[] counts;
  private int texts;

  BatchCall(BatchWork work, Held held, List<BatchWork.Item> items) {
    super(held);
    this.work = work;
    this.items = items;
    this.counts = new long[items.size()];
    Arrays.fill(counts, Statement.EXECUTE_FAILED);
  }

  /** The update counts of the shard's statements, in their order. */
  public long[] counts() {
    return counts.clone();
  }

  /** Whether all statements had one text, so that one physical statement has all generated keys. */
  public boolean isOneText() {
    return texts <= 1;
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
      without.add(
          left.equals(sql) ? item : new BatchWork.Item(item.what().saying(left), item.bindings()));
    }
    items = without;
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
    int from = 0;
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
      texts++;
      from = to;
    }
    return false;
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
