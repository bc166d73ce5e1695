package io.shardjdbc.wrap;

import io.shardjdbc.error.SqlErrors;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/**
 * A {@link java.sql.ResultSet} whose current row is a row of another one, some of its
 * columns perhaps hidden or in another order.
 *
 * <p>It reads columns; moving, closing and metadata are for the subclass, and updating is
 * refused.
 *
 * <p>Generated from the interface's methods; do not edit.
 */
@SuppressWarnings("deprecation")
public abstract class RowResultSet implements ResultSet {

  /** Where the current row is. */
  protected abstract ResultSet row() throws SQLException;

  /** Which column of {@link #row()} the caller's is, both counted from 1. */
  protected abstract int column(int index) throws SQLException;

  @Override
  public boolean absolute(int p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.absolute");
  }

  @Override
  public void afterLast() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.afterLast");
  }

  @Override
  public void beforeFirst() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.beforeFirst");
  }

  @Override
  public void cancelRowUpdates() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.cancelRowUpdates");
  }

  @Override
  public void clearWarnings() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.clearWarnings");
  }

  @Override
  public void close() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.close");
  }

  @Override
  public void deleteRow() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.deleteRow");
  }

  @Override
  public int findColumn(String p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.findColumn");
  }

  @Override
  public boolean first() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.first");
  }

  @Override
  public Array getArray(int p1) throws SQLException {
    return row().getArray(column(p1));
  }

  @Override
  public Array getArray(String p1) throws SQLException {
    return getArray(findColumn(p1));
  }

  @Override
  public InputStream getAsciiStream(int p1) throws SQLException {
    return row().getAsciiStream(column(p1));
  }

  @Override
  public InputStream getAsciiStream(String p1) throws SQLException {
    return getAsciiStream(findColumn(p1));
  }

  @Override
  public BigDecimal getBigDecimal(int p1) throws SQLException {
    return row().getBigDecimal(column(p1));
  }

  @Override
  public BigDecimal getBigDecimal(int p1, int p2) throws SQLException {
    return row().getBigDecimal(column(p1), p2);
  }

  @Override
  public BigDecimal getBigDecimal(String p1) throws SQLException {
    return getBigDecimal(findColumn(p1));
  }

  @Override
  public BigDecimal getBigDecimal(String p1, int p2) throws SQLException {
    return getBigDecimal(findColumn(p1), p2);
  }

  @Override
  public InputStream getBinaryStream(int p1) throws SQLException {
    return row().getBinaryStream(column(p1));
  }

  @Override
  public InputStream getBinaryStream(String p1) throws SQLException {
    return getBinaryStream(findColumn(p1));
  }

  @Override
  public Blob getBlob(int p1) throws SQLException {
    return row().getBlob(column(p1));
  }

  @Override
  public Blob getBlob(String p1) throws SQLException {
    return getBlob(findColumn(p1));
  }

  @Override
  public boolean getBoolean(int p1) throws SQLException {
    return row().getBoolean(column(p1));
  }

  @Override
  public boolean getBoolean(String p1) throws SQLException {
    return getBoolean(findColumn(p1));
  }

  @Override
  public byte getByte(int p1) throws SQLException {
    return row().getByte(column(p1));
  }

  @Override
  public byte getByte(String p1) throws SQLException {
    return getByte(findColumn(p1));
  }

  @Override
  public byte[] getBytes(int p1) throws SQLException {
    return row().getBytes(column(p1));
  }

  @Override
  public byte[] getBytes(String p1) throws SQLException {
    return getBytes(findColumn(p1));
  }

  @Override
  public Reader getCharacterStream(int p1) throws SQLException {
    return row().getCharacterStream(column(p1));
  }

  @Override
  public Reader getCharacterStream(String p1) throws SQLException {
    return getCharacterStream(findColumn(p1));
  }

  @Override
  public Clob getClob(int p1) throws SQLException {
    return row().getClob(column(p1));
  }

  @Override
  public Clob getClob(String p1) throws SQLException {
    return getClob(findColumn(p1));
  }

  @Override
  public int getConcurrency() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getConcurrency");
  }

  @Override
  public String getCursorName() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getCursorName");
  }

  @Override
  public Date getDate(int p1) throws SQLException {
    return row().getDate(column(p1));
  }

  @Override
  public Date getDate(int p1, Calendar p2) throws SQLException {
    return row().getDate(column(p1), p2);
  }

  @Override
  public Date getDate(String p1) throws SQLException {
    return getDate(findColumn(p1));
  }

  @Override
  public Date getDate(String p1, Calendar p2) throws SQLException {
    return getDate(findColumn(p1), p2);
  }

  @Override
  public double getDouble(int p1) throws SQLException {
    return row().getDouble(column(p1));
  }

  @Override
  public double getDouble(String p1) throws SQLException {
    return getDouble(findColumn(p1));
  }

  @Override
  public int getFetchDirection() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getFetchDirection");
  }

  @Override
  public int getFetchSize() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getFetchSize");
  }

  @Override
  public float getFloat(int p1) throws SQLException {
    return row().getFloat(column(p1));
  }

  @Override
  public float getFloat(String p1) throws SQLException {
    return getFloat(findColumn(p1));
  }

  @Override
  public int getHoldability() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getHoldability");
  }

  @Override
  public int getInt(int p1) throws SQLException {
    return row().getInt(column(p1));
  }

  @Override
  public int getInt(String p1) throws SQLException {
    return getInt(findColumn(p1));
  }

  @Override
  public long getLong(int p1) throws SQLException {
    return row().getLong(column(p1));
  }

  @Override
  public long getLong(String p1) throws SQLException {
    return getLong(findColumn(p1));
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getMetaData");
  }

  @Override
  public Reader getNCharacterStream(int p1) throws SQLException {
    return row().getNCharacterStream(column(p1));
  }

  @Override
  public Reader getNCharacterStream(String p1) throws SQLException {
    return getNCharacterStream(findColumn(p1));
  }

  @Override
  public NClob getNClob(int p1) throws SQLException {
    return row().getNClob(column(p1));
  }

  @Override
  public NClob getNClob(String p1) throws SQLException {
    return getNClob(findColumn(p1));
  }

  @Override
  public String getNString(int p1) throws SQLException {
    return row().getNString(column(p1));
  }

  @Override
  public String getNString(String p1) throws SQLException {
    return getNString(findColumn(p1));
  }

  @Override
  public Object getObject(int p1) throws SQLException {
    return row().getObject(column(p1));
  }

  @Override
  public <T> T getObject(int p1, Class<T> p2) throws SQLException {
    return row().getObject(column(p1), p2);
  }

  @Override
  public Object getObject(int p1, Map<String, Class<?>> p2) throws SQLException {
    return row().getObject(column(p1), p2);
  }

  @Override
  public Object getObject(String p1) throws SQLException {
    return getObject(findColumn(p1));
  }

  @Override
  public <T> T getObject(String p1, Class<T> p2) throws SQLException {
    return getObject(findColumn(p1), p2);
  }

  @Override
  public Object getObject(String p1, Map<String, Class<?>> p2) throws SQLException {
    return getObject(findColumn(p1), p2);
  }

  @Override
  public Ref getRef(int p1) throws SQLException {
    return row().getRef(column(p1));
  }

  @Override
  public Ref getRef(String p1) throws SQLException {
    return getRef(findColumn(p1));
  }

  @Override
  public int getRow() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getRow");
  }

  @Override
  public RowId getRowId(int p1) throws SQLException {
    return row().getRowId(column(p1));
  }

  @Override
  public RowId getRowId(String p1) throws SQLException {
    return getRowId(findColumn(p1));
  }

  @Override
  public SQLXML getSQLXML(int p1) throws SQLException {
    return row().getSQLXML(column(p1));
  }

  @Override
  public SQLXML getSQLXML(String p1) throws SQLException {
    return getSQLXML(findColumn(p1));
  }

  @Override
  public short getShort(int p1) throws SQLException {
    return row().getShort(column(p1));
  }

  @Override
  public short getShort(String p1) throws SQLException {
    return getShort(findColumn(p1));
  }

  @Override
  public Statement getStatement() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getStatement");
  }

  @Override
  public String getString(int p1) throws SQLException {
    return row().getString(column(p1));
  }

  @Override
  public String getString(String p1) throws SQLException {
    return getString(findColumn(p1));
  }

  @Override
  public Time getTime(int p1) throws SQLException {
    return row().getTime(column(p1));
  }

  @Override
  public Time getTime(int p1, Calendar p2) throws SQLException {
    return row().getTime(column(p1), p2);
  }

  @Override
  public Time getTime(String p1) throws SQLException {
    return getTime(findColumn(p1));
  }

  @Override
  public Time getTime(String p1, Calendar p2) throws SQLException {
    return getTime(findColumn(p1), p2);
  }

  @Override
  public Timestamp getTimestamp(int p1) throws SQLException {
    return row().getTimestamp(column(p1));
  }

  @Override
  public Timestamp getTimestamp(int p1, Calendar p2) throws SQLException {
    return row().getTimestamp(column(p1), p2);
  }

  @Override
  public Timestamp getTimestamp(String p1) throws SQLException {
    return getTimestamp(findColumn(p1));
  }

  @Override
  public Timestamp getTimestamp(String p1, Calendar p2) throws SQLException {
    return getTimestamp(findColumn(p1), p2);
  }

  @Override
  public int getType() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getType");
  }

  @Override
  public URL getURL(int p1) throws SQLException {
    return row().getURL(column(p1));
  }

  @Override
  public URL getURL(String p1) throws SQLException {
    return getURL(findColumn(p1));
  }

  @Override
  public InputStream getUnicodeStream(int p1) throws SQLException {
    return row().getUnicodeStream(column(p1));
  }

  @Override
  public InputStream getUnicodeStream(String p1) throws SQLException {
    return getUnicodeStream(findColumn(p1));
  }

  @Override
  public SQLWarning getWarnings() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.getWarnings");
  }

  @Override
  public void insertRow() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.insertRow");
  }

  @Override
  public boolean isAfterLast() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.isAfterLast");
  }

  @Override
  public boolean isBeforeFirst() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.isBeforeFirst");
  }

  @Override
  public boolean isClosed() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.isClosed");
  }

  @Override
  public boolean isFirst() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.isFirst");
  }

  @Override
  public boolean isLast() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.isLast");
  }

  @Override
  public boolean isWrapperFor(Class<?> p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.isWrapperFor");
  }

  @Override
  public boolean last() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.last");
  }

  @Override
  public void moveToCurrentRow() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.moveToCurrentRow");
  }

  @Override
  public void moveToInsertRow() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.moveToInsertRow");
  }

  @Override
  public boolean next() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.next");
  }

  @Override
  public boolean previous() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.previous");
  }

  @Override
  public void refreshRow() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.refreshRow");
  }

  @Override
  public boolean relative(int p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.relative");
  }

  @Override
  public boolean rowDeleted() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.rowDeleted");
  }

  @Override
  public boolean rowInserted() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.rowInserted");
  }

  @Override
  public boolean rowUpdated() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.rowUpdated");
  }

  @Override
  public void setFetchDirection(int p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.setFetchDirection");
  }

  @Override
  public void setFetchSize(int p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.setFetchSize");
  }

  @Override
  public <T> T unwrap(Class<T> p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.unwrap");
  }

  @Override
  public void updateArray(int p1, Array p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateArray");
  }

  @Override
  public void updateArray(String p1, Array p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateArray");
  }

  @Override
  public void updateAsciiStream(int p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateAsciiStream");
  }

  @Override
  public void updateAsciiStream(int p1, InputStream p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateAsciiStream");
  }

  @Override
  public void updateAsciiStream(int p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateAsciiStream");
  }

  @Override
  public void updateAsciiStream(String p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateAsciiStream");
  }

  @Override
  public void updateAsciiStream(String p1, InputStream p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateAsciiStream");
  }

  @Override
  public void updateAsciiStream(String p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateAsciiStream");
  }

  @Override
  public void updateBigDecimal(int p1, BigDecimal p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBigDecimal");
  }

  @Override
  public void updateBigDecimal(String p1, BigDecimal p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBigDecimal");
  }

  @Override
  public void updateBinaryStream(int p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBinaryStream");
  }

  @Override
  public void updateBinaryStream(int p1, InputStream p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBinaryStream");
  }

  @Override
  public void updateBinaryStream(int p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBinaryStream");
  }

  @Override
  public void updateBinaryStream(String p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBinaryStream");
  }

  @Override
  public void updateBinaryStream(String p1, InputStream p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBinaryStream");
  }

  @Override
  public void updateBinaryStream(String p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBinaryStream");
  }

  @Override
  public void updateBlob(int p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBlob");
  }

  @Override
  public void updateBlob(int p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBlob");
  }

  @Override
  public void updateBlob(int p1, Blob p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBlob");
  }

  @Override
  public void updateBlob(String p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBlob");
  }

  @Override
  public void updateBlob(String p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBlob");
  }

  @Override
  public void updateBlob(String p1, Blob p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBlob");
  }

  @Override
  public void updateBoolean(int p1, boolean p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBoolean");
  }

  @Override
  public void updateBoolean(String p1, boolean p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBoolean");
  }

  @Override
  public void updateByte(int p1, byte p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateByte");
  }

  @Override
  public void updateByte(String p1, byte p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateByte");
  }

  @Override
  public void updateBytes(int p1, byte[] p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBytes");
  }

  @Override
  public void updateBytes(String p1, byte[] p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateBytes");
  }

  @Override
  public void updateCharacterStream(int p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateCharacterStream");
  }

  @Override
  public void updateCharacterStream(int p1, Reader p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateCharacterStream");
  }

  @Override
  public void updateCharacterStream(int p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateCharacterStream");
  }

  @Override
  public void updateCharacterStream(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateCharacterStream");
  }

  @Override
  public void updateCharacterStream(String p1, Reader p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateCharacterStream");
  }

  @Override
  public void updateCharacterStream(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateCharacterStream");
  }

  @Override
  public void updateClob(int p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateClob");
  }

  @Override
  public void updateClob(int p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateClob");
  }

  @Override
  public void updateClob(int p1, Clob p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateClob");
  }

  @Override
  public void updateClob(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateClob");
  }

  @Override
  public void updateClob(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateClob");
  }

  @Override
  public void updateClob(String p1, Clob p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateClob");
  }

  @Override
  public void updateDate(int p1, Date p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateDate");
  }

  @Override
  public void updateDate(String p1, Date p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateDate");
  }

  @Override
  public void updateDouble(int p1, double p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateDouble");
  }

  @Override
  public void updateDouble(String p1, double p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateDouble");
  }

  @Override
  public void updateFloat(int p1, float p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateFloat");
  }

  @Override
  public void updateFloat(String p1, float p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateFloat");
  }

  @Override
  public void updateInt(int p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateInt");
  }

  @Override
  public void updateInt(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateInt");
  }

  @Override
  public void updateLong(int p1, long p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateLong");
  }

  @Override
  public void updateLong(String p1, long p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateLong");
  }

  @Override
  public void updateNCharacterStream(int p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNCharacterStream");
  }

  @Override
  public void updateNCharacterStream(int p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNCharacterStream");
  }

  @Override
  public void updateNCharacterStream(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNCharacterStream");
  }

  @Override
  public void updateNCharacterStream(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNCharacterStream");
  }

  @Override
  public void updateNClob(int p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNClob");
  }

  @Override
  public void updateNClob(int p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNClob");
  }

  @Override
  public void updateNClob(int p1, NClob p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNClob");
  }

  @Override
  public void updateNClob(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNClob");
  }

  @Override
  public void updateNClob(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNClob");
  }

  @Override
  public void updateNClob(String p1, NClob p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNClob");
  }

  @Override
  public void updateNString(int p1, String p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNString");
  }

  @Override
  public void updateNString(String p1, String p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNString");
  }

  @Override
  public void updateNull(int p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNull");
  }

  @Override
  public void updateNull(String p1) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateNull");
  }

  @Override
  public void updateObject(int p1, Object p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateObject(int p1, Object p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateObject(int p1, Object p2, SQLType p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateObject(int p1, Object p2, SQLType p3, int p4) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateObject(String p1, Object p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateObject(String p1, Object p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateObject(String p1, Object p2, SQLType p3) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateObject(String p1, Object p2, SQLType p3, int p4) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateObject");
  }

  @Override
  public void updateRef(int p1, Ref p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateRef");
  }

  @Override
  public void updateRef(String p1, Ref p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateRef");
  }

  @Override
  public void updateRow() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateRow");
  }

  @Override
  public void updateRowId(int p1, RowId p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateRowId");
  }

  @Override
  public void updateRowId(String p1, RowId p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateRowId");
  }

  @Override
  public void updateSQLXML(int p1, SQLXML p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateSQLXML");
  }

  @Override
  public void updateSQLXML(String p1, SQLXML p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateSQLXML");
  }

  @Override
  public void updateShort(int p1, short p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateShort");
  }

  @Override
  public void updateShort(String p1, short p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateShort");
  }

  @Override
  public void updateString(int p1, String p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateString");
  }

  @Override
  public void updateString(String p1, String p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateString");
  }

  @Override
  public void updateTime(int p1, Time p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateTime");
  }

  @Override
  public void updateTime(String p1, Time p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateTime");
  }

  @Override
  public void updateTimestamp(int p1, Timestamp p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateTimestamp");
  }

  @Override
  public void updateTimestamp(String p1, Timestamp p2) throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.updateTimestamp");
  }

  @Override
  public boolean wasNull() throws SQLException {
    throw SqlErrors.notImplemented("ResultSet.wasNull");
  }
}
