package io.shardjdbc.wrap;

import io.shardjdbc.error.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;

/**
 * A {@link java.sql.Statement} that refuses each method which a subclass does not implement.
 *
 * <p>Generated from the interface's methods; do not edit.
 */
@SuppressWarnings("deprecation")
public abstract class RefusingStatement implements Statement {

  @Override
  public void addBatch(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.addBatch");
  }

  @Override
  public void cancel() throws SQLException {
    throw SqlErrors.notImplemented("Statement.cancel");
  }

  @Override
  public void clearBatch() throws SQLException {
    throw SqlErrors.notImplemented("Statement.clearBatch");
  }

  @Override
  public void clearWarnings() throws SQLException {
    throw SqlErrors.notImplemented("Statement.clearWarnings");
  }

  @Override
  public void close() throws SQLException {
    throw SqlErrors.notImplemented("Statement.close");
  }

  @Override
  public void closeOnCompletion() throws SQLException {
    throw SqlErrors.notImplemented("Statement.closeOnCompletion");
  }

  @Override
  public String enquoteIdentifier(String p1, boolean p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.enquoteIdentifier");
  }

  @Override
  public String enquoteLiteral(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.enquoteLiteral");
  }

  @Override
  public String enquoteNCharLiteral(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.enquoteNCharLiteral");
  }

  @Override
  public boolean execute(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.execute");
  }

  @Override
  public boolean execute(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.execute");
  }

  @Override
  public boolean execute(String p1, int[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.execute");
  }

  @Override
  public boolean execute(String p1, String[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.execute");
  }

  @Override
  public int[] executeBatch() throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeBatch");
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeLargeBatch");
  }

  @Override
  public long executeLargeUpdate(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeLargeUpdate");
  }

  @Override
  public long executeLargeUpdate(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeLargeUpdate");
  }

  @Override
  public long executeLargeUpdate(String p1, int[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeLargeUpdate");
  }

  @Override
  public long executeLargeUpdate(String p1, String[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeLargeUpdate");
  }

  @Override
  public ResultSet executeQuery(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeQuery");
  }

  @Override
  public int executeUpdate(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeUpdate");
  }

  @Override
  public int executeUpdate(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeUpdate");
  }

  @Override
  public int executeUpdate(String p1, int[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeUpdate");
  }

  @Override
  public int executeUpdate(String p1, String[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Statement.executeUpdate");
  }

  @Override
  public Connection getConnection() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getConnection");
  }

  @Override
  public int getFetchDirection() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getFetchDirection");
  }

  @Override
  public int getFetchSize() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getFetchSize");
  }

  @Override
  public ResultSet getGeneratedKeys() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getGeneratedKeys");
  }

  @Override
  public long getLargeMaxRows() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getLargeMaxRows");
  }

  @Override
  public long getLargeUpdateCount() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getLargeUpdateCount");
  }

  @Override
  public int getMaxFieldSize() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getMaxFieldSize");
  }

  @Override
  public int getMaxRows() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getMaxRows");
  }

  @Override
  public boolean getMoreResults() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getMoreResults");
  }

  @Override
  public boolean getMoreResults(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.getMoreResults");
  }

  @Override
  public int getQueryTimeout() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getQueryTimeout");
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getResultSet");
  }

  @Override
  public int getResultSetConcurrency() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getResultSetConcurrency");
  }

  @Override
  public int getResultSetHoldability() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getResultSetHoldability");
  }

  @Override
  public int getResultSetType() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getResultSetType");
  }

  @Override
  public int getUpdateCount() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getUpdateCount");
  }

  @Override
  public SQLWarning getWarnings() throws SQLException {
    throw SqlErrors.notImplemented("Statement.getWarnings");
  }

  @Override
  public boolean isCloseOnCompletion() throws SQLException {
    throw SqlErrors.notImplemented("Statement.isCloseOnCompletion");
  }

  @Override
  public boolean isClosed() throws SQLException {
    throw SqlErrors.notImplemented("Statement.isClosed");
  }

  @Override
  public boolean isPoolable() throws SQLException {
    throw SqlErrors.notImplemented("Statement.isPoolable");
  }

  @Override
  public boolean isSimpleIdentifier(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.isSimpleIdentifier");
  }

  @Override
  public boolean isWrapperFor(Class<?> p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.isWrapperFor");
  }

  @Override
  public void setCursorName(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setCursorName");
  }

  @Override
  public void setEscapeProcessing(boolean p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setEscapeProcessing");
  }

  @Override
  public void setFetchDirection(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setFetchDirection");
  }

  @Override
  public void setFetchSize(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setFetchSize");
  }

  @Override
  public void setLargeMaxRows(long p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setLargeMaxRows");
  }

  @Override
  public void setMaxFieldSize(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setMaxFieldSize");
  }

  @Override
  public void setMaxRows(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setMaxRows");
  }

  @Override
  public void setPoolable(boolean p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setPoolable");
  }

  @Override
  public void setQueryTimeout(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.setQueryTimeout");
  }

  @Override
  public <T> T unwrap(Class<T> p1) throws SQLException {
    throw SqlErrors.notImplemented("Statement.unwrap");
  }
}
