package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.wrap.RefusingStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** What callers set on a statement. */
abstract class OptionStatement extends RefusingStatement {

  private StatementOptions options;
  private boolean poolable;

  /**
   * @param poolable whether poolers of statements may keep it, until the caller says otherwise
   */
  OptionStatement(StatementOptions options, boolean poolable) {
    this.options = options;
    this.poolable = poolable;
  }

  final StatementOptions options() {
    return options;
  }

  abstract void requireOpen() throws SQLException;

  /** An update count as the older methods return it. */
  static int toInt(long count) {
    return count > Integer.MAX_VALUE ? SUCCESS_NO_INFO : (int) count;
  }

  @Override
  public int getQueryTimeout() throws SQLException {
    requireOpen();
    return (int) options.queryTimeout().toSeconds();
  }

  @Override
  public void setQueryTimeout(int seconds) throws SQLException {
    requireOpen();
    options =
        options.withQueryTimeout(Duration.ofSeconds(notNegative("the query time-out", seconds)));
  }

  @Override
  public int getMaxRows() throws SQLException {
    return toInt(getLargeMaxRows());
  }

  @Override
  public void setMaxRows(int max) throws SQLException {
    setLargeMaxRows(max);
  }

  @Override
  public long getLargeMaxRows() throws SQLException {
    requireOpen();
    return options.maxRows();
  }

  @Override
  public void setLargeMaxRows(long max) throws SQLException {
    requireOpen();
    options = options.withMaxRows(notNegative("the number of rows", max));
  }

  @Override
  public int getMaxFieldSize() throws SQLException {
    requireOpen();
    return options.maxFieldSize();
  }

  @Override
  public void setMaxFieldSize(int max) throws SQLException {
    requireOpen();
    options = options.withMaxFieldSize((int) notNegative("the field size", max));
  }

  @Override
  public int getFetchSize() throws SQLException {
    requireOpen();
    return options.fetchSize();
  }

  @Override
  public void setFetchSize(int rows) throws SQLException {
    requireOpen();
    options = options.withFetchSize((int) notNegative("the fetch size", rows));
  }

  @Override
  public int getFetchDirection() throws SQLException {
    requireOpen();
    return options.fetchDirection();
  }

  @Override
  public void setFetchDirection(int direction) throws SQLException {
    requireOpen();
    if (direction < ResultSet.FETCH_FORWARD || direction > ResultSet.FETCH_UNKNOWN) {
      throw SqlErrors.of(ErrorCode.USAGE, "unknown fetch direction " + direction);
    }
    options = options.withFetchDirection(direction);
  }

  private static long notNegative(String what, long value) throws SQLException {
    if (value < 0) {
      throw SqlErrors.of(ErrorCode.USAGE, what + " is negative");
    }
    return value;
  }

  @Override
  public void setEscapeProcessing(boolean enable) throws SQLException {
    requireOpen();
    options = options.withEscapes(enable);
  }

  @Override
  public int getResultSetType() throws SQLException {
    requireOpen();
    return options.type();
  }

  @Override
  public int getResultSetConcurrency() throws SQLException {
    requireOpen();
    return options.concurrency();
  }

  @Override
  public int getResultSetHoldability() throws SQLException {
    requireOpen();
    return options.holdability();
  }

  @Override
  public boolean isPoolable() throws SQLException {
    requireOpen();
    return poolable;
  }

  @Override
  public void setPoolable(boolean on) throws SQLException {
    requireOpen();
    this.poolable = on;
  }
}
