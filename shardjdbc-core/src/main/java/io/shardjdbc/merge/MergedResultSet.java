package io.shardjdbc.merge;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.wrap.RowResultSet;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Rows of several shards as one forward-only result set.
 *
 * <p>It holds no row: it stands on a row of one shard's result set and reads there.
 */
final class MergedResultSet extends RowResultSet {

  private final RowSource source;
  private final VisibleColumns columns;
  private final Window window;
  private final ResultOwner owner;

  private @Nullable ResultSet row;
  private @Nullable ResultSet peeked;
  private @Nullable ResultSet lastRead;
  private long rowNumber;
  private int fetchSize = -1;
  private boolean finished;
  private volatile boolean closed;

  /**
   * Which of the merged rows the caller gets.
   *
   * @param skip rows passed over at the start
   * @param limit rows at most
   * @param withTies whether rows that sort equal to the last one come too
   * @param maxRows rows at most, whatever else says; 0 for no such limit
   */
  record Window(long skip, long limit, boolean withTies, long maxRows) {
    static Window all(long maxRows) {
      return new Window(0, Long.MAX_VALUE, false, maxRows);
    }
  }

  MergedResultSet(RowSource source, VisibleColumns columns, Window window, ResultOwner owner) {
    this.source = source;
    this.columns = columns;
    this.window = window;
    this.owner = owner;
  }

  @Override
  public boolean next() throws SQLException {
    requireOpen();
    row = peeked != null ? peeked : advance();
    peeked = null;
    if (row == null) {
      finished = true;
      return false;
    }
    rowNumber++;
    return true;
  }

  private @Nullable ResultSet advance() throws SQLException {
    if (rowNumber == 0) {
      for (long skipped = 0; skipped < window.skip() && !finished; skipped++) {
        finished = source.next() == null;
      }
    }
    ResultSet next = finished || isCut() ? null : source.next();
    boolean beyond = rowNumber >= window.limit() && !source.isTie();
    return beyond ? null : next;
  }

  private boolean isCut() {
    return (window.maxRows() > 0 && rowNumber >= window.maxRows())
        || (rowNumber >= window.limit() && (!window.withTies() || rowNumber == 0));
  }

  @Override
  protected ResultSet row() throws SQLException {
    requireOpen();
    ResultSet current = row;
    if (current == null) {
      throw SqlErrors.of(ErrorCode.NOT_ON_ROW);
    }
    lastRead = current;
    return current;
  }

  @Override
  protected int column(int index) throws SQLException {
    return columns.position(index);
  }

  @Override
  public int findColumn(String label) throws SQLException {
    requireOpen();
    return columns.find(label);
  }

  @Override
  public boolean wasNull() throws SQLException {
    requireOpen();
    ResultSet read = lastRead;
    return read != null && read.wasNull();
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    requireOpen();
    return columns.metaData();
  }

  /** True only if there are rows at all, which looking at the first one tells. */
  @Override
  public boolean isBeforeFirst() throws SQLException {
    requireOpen();
    if (rowNumber > 0 || finished) {
      return false;
    }
    if (peeked == null) {
      peeked = advance();
      finished = peeked == null;
    }
    return !finished;
  }

  @Override
  public boolean isFirst() throws SQLException {
    requireOpen();
    return row != null && rowNumber == 1;
  }

  @Override
  public boolean isAfterLast() throws SQLException {
    requireOpen();
    return finished && rowNumber > 0;
  }

  @Override
  public int getRow() throws SQLException {
    requireOpen();
    return row == null ? 0 : (int) rowNumber;
  }

  @Override
  public int getType() throws SQLException {
    requireOpen();
    return ResultSet.TYPE_FORWARD_ONLY;
  }

  @Override
  public int getConcurrency() throws SQLException {
    requireOpen();
    return ResultSet.CONCUR_READ_ONLY;
  }

  @Override
  public int getHoldability() throws SQLException {
    requireOpen();
    return owner.owner().getResultSetHoldability();
  }

  @Override
  public int getFetchDirection() throws SQLException {
    requireOpen();
    return ResultSet.FETCH_FORWARD;
  }

  @Override
  public void setFetchDirection(int direction) throws SQLException {
    requireOpen();
    if (direction != ResultSet.FETCH_FORWARD) {
      throw SqlErrors.of(ErrorCode.UNSUPPORTED_CLAUSE, "a fetch direction other than forward");
    }
  }

  @Override
  public int getFetchSize() throws SQLException {
    requireOpen();
    return fetchSize < 0 ? owner.owner().getFetchSize() : fetchSize;
  }

  @Override
  public void setFetchSize(int rows) throws SQLException {
    requireOpen();
    if (rows < 0) {
      throw SqlErrors.of(ErrorCode.USAGE, "the fetch size is negative");
    }
    fetchSize = rows;
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    requireOpen();
    return null;
  }

  @Override
  public void clearWarnings() throws SQLException {
    requireOpen();
  }

  @Override
  public boolean rowUpdated() throws SQLException {
    requireOpen();
    return false;
  }

  @Override
  public boolean rowInserted() throws SQLException {
    requireOpen();
    return false;
  }

  @Override
  public boolean rowDeleted() throws SQLException {
    requireOpen();
    return false;
  }

  @Override
  public Statement getStatement() throws SQLException {
    requireOpen();
    return owner.owner();
  }

  @Override
  public boolean isClosed() throws SQLException {
    return closed || owner.owner().isClosed();
  }

  @Override
  public void close() throws SQLException {
    if (!closed) {
      closed = true;
      row = null;
      owner.closed(this);
    }
  }

  private void requireOpen() throws SQLException {
    if (closed) {
      throw SqlErrors.closedPart("the result set");
    }
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw SqlErrors.of(ErrorCode.USAGE, "merged rows are not a " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
