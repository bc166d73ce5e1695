package io.shardjdbc.wrap;

import io.shardjdbc.error.SqlErrors;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/**
 * A {@link java.sql.CallableStatement} that records OUT parameters by position and hands
 * everything that a prepared statement does to one.
 *
 * <p>The server has no named parameters of calls, so those methods are refused.
 *
 * <p>Generated from the interface's methods; do not edit.
 */
@SuppressWarnings("deprecation")
public abstract class RecordingCallableStatement extends ForwardingPreparedStatement implements CallableStatement {

  /** Declares an OUT parameter on a physical statement. */
  public interface Registration {
    void register(CallableStatement target, int index)
        throws SQLException;
  }

  /** Takes what {@code registerOutParameter} was given for a marker, counted from 1. */
  protected abstract void register(int index, Registration registration)
      throws SQLException;

  /** The physical statement that was executed and holds the OUT values. */
  protected abstract CallableStatement answered()
      throws SQLException;

  @Override
  public Array getArray(int p1) throws SQLException {
    return answered().getArray(p1);
  }

  @Override
  public Array getArray(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getArray");
  }

  @Override
  public BigDecimal getBigDecimal(int p1) throws SQLException {
    return answered().getBigDecimal(p1);
  }

  @Override
  public BigDecimal getBigDecimal(int p1, int p2) throws SQLException {
    return answered().getBigDecimal(p1, p2);
  }

  @Override
  public BigDecimal getBigDecimal(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getBigDecimal");
  }

  @Override
  public Blob getBlob(int p1) throws SQLException {
    return answered().getBlob(p1);
  }

  @Override
  public Blob getBlob(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getBlob");
  }

  @Override
  public boolean getBoolean(int p1) throws SQLException {
    return answered().getBoolean(p1);
  }

  @Override
  public boolean getBoolean(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getBoolean");
  }

  @Override
  public byte getByte(int p1) throws SQLException {
    return answered().getByte(p1);
  }

  @Override
  public byte getByte(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getByte");
  }

  @Override
  public byte[] getBytes(int p1) throws SQLException {
    return answered().getBytes(p1);
  }

  @Override
  public byte[] getBytes(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getBytes");
  }

  @Override
  public Reader getCharacterStream(int p1) throws SQLException {
    return answered().getCharacterStream(p1);
  }

  @Override
  public Reader getCharacterStream(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getCharacterStream");
  }

  @Override
  public Clob getClob(int p1) throws SQLException {
    return answered().getClob(p1);
  }

  @Override
  public Clob getClob(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getClob");
  }

  @Override
  public Date getDate(int p1) throws SQLException {
    return answered().getDate(p1);
  }

  @Override
  public Date getDate(int p1, Calendar p2) throws SQLException {
    return answered().getDate(p1, p2);
  }

  @Override
  public Date getDate(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getDate");
  }

  @Override
  public Date getDate(String p1, Calendar p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getDate");
  }

  @Override
  public double getDouble(int p1) throws SQLException {
    return answered().getDouble(p1);
  }

  @Override
  public double getDouble(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getDouble");
  }

  @Override
  public float getFloat(int p1) throws SQLException {
    return answered().getFloat(p1);
  }

  @Override
  public float getFloat(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getFloat");
  }

  @Override
  public int getInt(int p1) throws SQLException {
    return answered().getInt(p1);
  }

  @Override
  public int getInt(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getInt");
  }

  @Override
  public long getLong(int p1) throws SQLException {
    return answered().getLong(p1);
  }

  @Override
  public long getLong(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getLong");
  }

  @Override
  public Reader getNCharacterStream(int p1) throws SQLException {
    return answered().getNCharacterStream(p1);
  }

  @Override
  public Reader getNCharacterStream(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getNCharacterStream");
  }

  @Override
  public NClob getNClob(int p1) throws SQLException {
    return answered().getNClob(p1);
  }

  @Override
  public NClob getNClob(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getNClob");
  }

  @Override
  public String getNString(int p1) throws SQLException {
    return answered().getNString(p1);
  }

  @Override
  public String getNString(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getNString");
  }

  @Override
  public Object getObject(int p1) throws SQLException {
    return answered().getObject(p1);
  }

  @Override
  public <T> T getObject(int p1, Class<T> p2) throws SQLException {
    return answered().getObject(p1, p2);
  }

  @Override
  public Object getObject(int p1, Map<String, Class<?>> p2) throws SQLException {
    return answered().getObject(p1, p2);
  }

  @Override
  public Object getObject(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getObject");
  }

  @Override
  public <T> T getObject(String p1, Class<T> p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getObject");
  }

  @Override
  public Object getObject(String p1, Map<String, Class<?>> p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getObject");
  }

  @Override
  public Ref getRef(int p1) throws SQLException {
    return answered().getRef(p1);
  }

  @Override
  public Ref getRef(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getRef");
  }

  @Override
  public RowId getRowId(int p1) throws SQLException {
    return answered().getRowId(p1);
  }

  @Override
  public RowId getRowId(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getRowId");
  }

  @Override
  public SQLXML getSQLXML(int p1) throws SQLException {
    return answered().getSQLXML(p1);
  }

  @Override
  public SQLXML getSQLXML(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getSQLXML");
  }

  @Override
  public short getShort(int p1) throws SQLException {
    return answered().getShort(p1);
  }

  @Override
  public short getShort(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getShort");
  }

  @Override
  public String getString(int p1) throws SQLException {
    return answered().getString(p1);
  }

  @Override
  public String getString(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getString");
  }

  @Override
  public Time getTime(int p1) throws SQLException {
    return answered().getTime(p1);
  }

  @Override
  public Time getTime(int p1, Calendar p2) throws SQLException {
    return answered().getTime(p1, p2);
  }

  @Override
  public Time getTime(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getTime");
  }

  @Override
  public Time getTime(String p1, Calendar p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getTime");
  }

  @Override
  public Timestamp getTimestamp(int p1) throws SQLException {
    return answered().getTimestamp(p1);
  }

  @Override
  public Timestamp getTimestamp(int p1, Calendar p2) throws SQLException {
    return answered().getTimestamp(p1, p2);
  }

  @Override
  public Timestamp getTimestamp(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getTimestamp");
  }

  @Override
  public Timestamp getTimestamp(String p1, Calendar p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getTimestamp");
  }

  @Override
  public URL getURL(int p1) throws SQLException {
    return answered().getURL(p1);
  }

  @Override
  public URL getURL(String p1) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.getURL");
  }

  @Override
  public void registerOutParameter(int p1, int p2) throws SQLException {
    register(p1, (target, index) -> target.registerOutParameter(index, p2));
  }

  @Override
  public void registerOutParameter(int p1, int p2, int p3) throws SQLException {
    register(p1, (target, index) -> target.registerOutParameter(index, p2, p3));
  }

  @Override
  public void registerOutParameter(int p1, int p2, String p3) throws SQLException {
    register(p1, (target, index) -> target.registerOutParameter(index, p2, p3));
  }

  @Override
  public void registerOutParameter(int p1, SQLType p2) throws SQLException {
    register(p1, (target, index) -> target.registerOutParameter(index, p2));
  }

  @Override
  public void registerOutParameter(int p1, SQLType p2, int p3) throws SQLException {
    register(p1, (target, index) -> target.registerOutParameter(index, p2, p3));
  }

  @Override
  public void registerOutParameter(int p1, SQLType p2, String p3) throws SQLException {
    register(p1, (target, index) -> target.registerOutParameter(index, p2, p3));
  }

  @Override
  public void registerOutParameter(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.registerOutParameter");
  }

  @Override
  public void registerOutParameter(String p1, int p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.registerOutParameter");
  }

  @Override
  public void registerOutParameter(String p1, int p2, String p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.registerOutParameter");
  }

  @Override
  public void registerOutParameter(String p1, SQLType p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.registerOutParameter");
  }

  @Override
  public void registerOutParameter(String p1, SQLType p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.registerOutParameter");
  }

  @Override
  public void registerOutParameter(String p1, SQLType p2, String p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.registerOutParameter");
  }

  @Override
  public void setAsciiStream(String p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setAsciiStream");
  }

  @Override
  public void setAsciiStream(String p1, InputStream p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setAsciiStream");
  }

  @Override
  public void setAsciiStream(String p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setAsciiStream");
  }

  @Override
  public void setBigDecimal(String p1, BigDecimal p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBigDecimal");
  }

  @Override
  public void setBinaryStream(String p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBinaryStream");
  }

  @Override
  public void setBinaryStream(String p1, InputStream p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBinaryStream");
  }

  @Override
  public void setBinaryStream(String p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBinaryStream");
  }

  @Override
  public void setBlob(String p1, InputStream p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBlob");
  }

  @Override
  public void setBlob(String p1, InputStream p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBlob");
  }

  @Override
  public void setBlob(String p1, Blob p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBlob");
  }

  @Override
  public void setBoolean(String p1, boolean p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBoolean");
  }

  @Override
  public void setByte(String p1, byte p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setByte");
  }

  @Override
  public void setBytes(String p1, byte[] p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setBytes");
  }

  @Override
  public void setCharacterStream(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setCharacterStream");
  }

  @Override
  public void setCharacterStream(String p1, Reader p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setCharacterStream");
  }

  @Override
  public void setCharacterStream(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setCharacterStream");
  }

  @Override
  public void setClob(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setClob");
  }

  @Override
  public void setClob(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setClob");
  }

  @Override
  public void setClob(String p1, Clob p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setClob");
  }

  @Override
  public void setDate(String p1, Date p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setDate");
  }

  @Override
  public void setDate(String p1, Date p2, Calendar p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setDate");
  }

  @Override
  public void setDouble(String p1, double p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setDouble");
  }

  @Override
  public void setFloat(String p1, float p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setFloat");
  }

  @Override
  public void setInt(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setInt");
  }

  @Override
  public void setLong(String p1, long p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setLong");
  }

  @Override
  public void setNCharacterStream(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNCharacterStream");
  }

  @Override
  public void setNCharacterStream(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNCharacterStream");
  }

  @Override
  public void setNClob(String p1, Reader p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNClob");
  }

  @Override
  public void setNClob(String p1, Reader p2, long p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNClob");
  }

  @Override
  public void setNClob(String p1, NClob p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNClob");
  }

  @Override
  public void setNString(String p1, String p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNString");
  }

  @Override
  public void setNull(String p1, int p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNull");
  }

  @Override
  public void setNull(String p1, int p2, String p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setNull");
  }

  @Override
  public void setObject(String p1, Object p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setObject");
  }

  @Override
  public void setObject(String p1, Object p2, int p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setObject");
  }

  @Override
  public void setObject(String p1, Object p2, int p3, int p4) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setObject");
  }

  @Override
  public void setObject(String p1, Object p2, SQLType p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setObject");
  }

  @Override
  public void setObject(String p1, Object p2, SQLType p3, int p4) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setObject");
  }

  @Override
  public void setRowId(String p1, RowId p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setRowId");
  }

  @Override
  public void setSQLXML(String p1, SQLXML p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setSQLXML");
  }

  @Override
  public void setShort(String p1, short p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setShort");
  }

  @Override
  public void setString(String p1, String p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setString");
  }

  @Override
  public void setTime(String p1, Time p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setTime");
  }

  @Override
  public void setTime(String p1, Time p2, Calendar p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setTime");
  }

  @Override
  public void setTimestamp(String p1, Timestamp p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setTimestamp");
  }

  @Override
  public void setTimestamp(String p1, Timestamp p2, Calendar p3) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setTimestamp");
  }

  @Override
  public void setURL(String p1, URL p2) throws SQLException {
    throw SqlErrors.notImplemented("CallableStatement.setURL");
  }

  @Override
  public boolean wasNull() throws SQLException {
    return answered().wasNull();
  }
}
