package io.shardjdbc.wrap;

import io.shardjdbc.error.SqlErrors;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

/**
 * A {@link java.sql.Connection} that refuses each method which a subclass does not implement.
 *
 * <p>Generated from the interface's methods; do not edit.
 */
@SuppressWarnings("deprecation")
public abstract class RefusingConnection implements Connection {

  @Override
  public void abort(Executor p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.abort");
  }

  @Override
  public void beginRequest() throws SQLException {
    throw SqlErrors.notImplemented("Connection.beginRequest");
  }

  @Override
  public void clearWarnings() throws SQLException {
    throw SqlErrors.notImplemented("Connection.clearWarnings");
  }

  @Override
  public void close() throws SQLException {
    throw SqlErrors.notImplemented("Connection.close");
  }

  @Override
  public void commit() throws SQLException {
    throw SqlErrors.notImplemented("Connection.commit");
  }

  @Override
  public Array createArrayOf(String p1, Object[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.createArrayOf");
  }

  @Override
  public Blob createBlob() throws SQLException {
    throw SqlErrors.notImplemented("Connection.createBlob");
  }

  @Override
  public Clob createClob() throws SQLException {
    throw SqlErrors.notImplemented("Connection.createClob");
  }

  @Override
  public NClob createNClob() throws SQLException {
    throw SqlErrors.notImplemented("Connection.createNClob");
  }

  @Override
  public SQLXML createSQLXML() throws SQLException {
    throw SqlErrors.notImplemented("Connection.createSQLXML");
  }

  @Override
  public Statement createStatement() throws SQLException {
    throw SqlErrors.notImplemented("Connection.createStatement");
  }

  @Override
  public Statement createStatement(int p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.createStatement");
  }

  @Override
  public Statement createStatement(int p1, int p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("Connection.createStatement");
  }

  @Override
  public Struct createStruct(String p1, Object[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.createStruct");
  }

  @Override
  public void endRequest() throws SQLException {
    throw SqlErrors.notImplemented("Connection.endRequest");
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getAutoCommit");
  }

  @Override
  public String getCatalog() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getCatalog");
  }

  @Override
  public Properties getClientInfo() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getClientInfo");
  }

  @Override
  public String getClientInfo(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.getClientInfo");
  }

  @Override
  public int getHoldability() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getHoldability");
  }

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getMetaData");
  }

  @Override
  public int getNetworkTimeout() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getNetworkTimeout");
  }

  @Override
  public String getSchema() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getSchema");
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getTransactionIsolation");
  }

  @Override
  public Map<String, Class<?>> getTypeMap() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getTypeMap");
  }

  @Override
  public SQLWarning getWarnings() throws SQLException {
    throw SqlErrors.notImplemented("Connection.getWarnings");
  }

  @Override
  public boolean isClosed() throws SQLException {
    throw SqlErrors.notImplemented("Connection.isClosed");
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    throw SqlErrors.notImplemented("Connection.isReadOnly");
  }

  @Override
  public boolean isValid(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.isValid");
  }

  @Override
  public boolean isWrapperFor(Class<?> p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.isWrapperFor");
  }

  @Override
  public String nativeSQL(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.nativeSQL");
  }

  @Override
  public CallableStatement prepareCall(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareCall");
  }

  @Override
  public CallableStatement prepareCall(String p1, int p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareCall");
  }

  @Override
  public CallableStatement prepareCall(String p1, int p2, int p3, int p4) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareCall");
  }

  @Override
  public PreparedStatement prepareStatement(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareStatement");
  }

  @Override
  public PreparedStatement prepareStatement(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareStatement");
  }

  @Override
  public PreparedStatement prepareStatement(String p1, int p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareStatement");
  }

  @Override
  public PreparedStatement prepareStatement(String p1, int p2, int p3, int p4) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareStatement");
  }

  @Override
  public PreparedStatement prepareStatement(String p1, int[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareStatement");
  }

  @Override
  public PreparedStatement prepareStatement(String p1, String[] p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.prepareStatement");
  }

  @Override
  public void releaseSavepoint(Savepoint p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.releaseSavepoint");
  }

  @Override
  public void rollback() throws SQLException {
    throw SqlErrors.notImplemented("Connection.rollback");
  }

  @Override
  public void rollback(Savepoint p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.rollback");
  }

  @Override
  public void setAutoCommit(boolean p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setAutoCommit");
  }

  @Override
  public void setCatalog(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setCatalog");
  }

  @Override
  public void setHoldability(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setHoldability");
  }

  @Override
  public void setNetworkTimeout(Executor p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setNetworkTimeout");
  }

  @Override
  public void setReadOnly(boolean p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setReadOnly");
  }

  @Override
  public Savepoint setSavepoint() throws SQLException {
    throw SqlErrors.notImplemented("Connection.setSavepoint");
  }

  @Override
  public Savepoint setSavepoint(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setSavepoint");
  }

  @Override
  public void setSchema(String p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setSchema");
  }

  @Override
  public void setShardingKey(ShardingKey p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setShardingKey");
  }

  @Override
  public void setShardingKey(ShardingKey p1, ShardingKey p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setShardingKey");
  }

  @Override
  public boolean setShardingKeyIfValid(ShardingKey p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setShardingKeyIfValid");
  }

  @Override
  public boolean setShardingKeyIfValid(ShardingKey p1, ShardingKey p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setShardingKeyIfValid");
  }

  @Override
  public void setTransactionIsolation(int p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setTransactionIsolation");
  }

  @Override
  public void setTypeMap(Map<String, Class<?>> p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.setTypeMap");
  }

  @Override
  public <T> T unwrap(Class<T> p1) throws SQLException {
    throw SqlErrors.notImplemented("Connection.unwrap");
  }
}
