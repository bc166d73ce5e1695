package io.shardjdbc.wrap;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;

/**
 * A {@link java.sql.PreparedStatement} whose setters record what to bind.
 *
 * <p>Everything that a plain statement does is handed to another one; executing, batches
 * and {@code setArray} are for the subclass.
 *
 * <p>Generated from the interface's methods; do not edit.
 */
@SuppressWarnings("deprecation")
public abstract class RecordingPreparedStatement extends ForwardingStatement implements PreparedStatement {

  /** Takes what a setter was given for a marker, counted from 1. */
  protected abstract void record(int index, Binding binding)
      throws SQLException;

  /** A copy of a value that its owner might change before it is bound. */
  protected abstract <T> T snapshot(T value) throws SQLException;

  @Override
  public void setAsciiStream(int p1, InputStream p2) throws SQLException {
    record(p1, new SetAsciiStream(p2));
  }

  @Override
  public void setAsciiStream(int p1, InputStream p2, int p3) throws SQLException {
    record(p1, new SetAsciiStreamInt(p2, p3));
  }

  @Override
  public void setAsciiStream(int p1, InputStream p2, long p3) throws SQLException {
    record(p1, new SetAsciiStreamLong(p2, p3));
  }

  @Override
  public void setBigDecimal(int p1, BigDecimal p2) throws SQLException {
    record(p1, new SetBigDecimal(p2));
  }

  @Override
  public void setBinaryStream(int p1, InputStream p2) throws SQLException {
    record(p1, new SetBinaryStream(p2));
  }

  @Override
  public void setBinaryStream(int p1, InputStream p2, int p3) throws SQLException {
    record(p1, new SetBinaryStreamInt(p2, p3));
  }

  @Override
  public void setBinaryStream(int p1, InputStream p2, long p3) throws SQLException {
    record(p1, new SetBinaryStreamLong(p2, p3));
  }

  @Override
  public void setBlob(int p1, InputStream p2) throws SQLException {
    record(p1, new SetBlobInputStream(p2));
  }

  @Override
  public void setBlob(int p1, InputStream p2, long p3) throws SQLException {
    record(p1, new SetBlobInputStreamLong(p2, p3));
  }

  @Override
  public void setBlob(int p1, Blob p2) throws SQLException {
    record(p1, new SetBlob(p2));
  }

  @Override
  public void setBoolean(int p1, boolean p2) throws SQLException {
    record(p1, new SetBoolean(p2));
  }

  @Override
  public void setByte(int p1, byte p2) throws SQLException {
    record(p1, new SetByte(p2));
  }

  @Override
  public void setBytes(int p1, byte[] p2) throws SQLException {
    record(p1, new SetBytes(snapshot(p2)));
  }

  @Override
  public void setCharacterStream(int p1, Reader p2) throws SQLException {
    record(p1, new SetCharacterStream(p2));
  }

  @Override
  public void setCharacterStream(int p1, Reader p2, int p3) throws SQLException {
    record(p1, new SetCharacterStreamInt(p2, p3));
  }

  @Override
  public void setCharacterStream(int p1, Reader p2, long p3) throws SQLException {
    record(p1, new SetCharacterStreamLong(p2, p3));
  }

  @Override
  public void setClob(int p1, Reader p2) throws SQLException {
    record(p1, new SetClobReader(p2));
  }

  @Override
  public void setClob(int p1, Reader p2, long p3) throws SQLException {
    record(p1, new SetClobReaderLong(p2, p3));
  }

  @Override
  public void setClob(int p1, Clob p2) throws SQLException {
    record(p1, new SetClob(p2));
  }

  @Override
  public void setDate(int p1, Date p2) throws SQLException {
    record(p1, new SetDate(snapshot(p2)));
  }

  @Override
  public void setDate(int p1, Date p2, Calendar p3) throws SQLException {
    record(p1, new SetDateCalendar(snapshot(p2), snapshot(p3)));
  }

  @Override
  public void setDouble(int p1, double p2) throws SQLException {
    record(p1, new SetDouble(p2));
  }

  @Override
  public void setFloat(int p1, float p2) throws SQLException {
    record(p1, new SetFloat(p2));
  }

  @Override
  public void setInt(int p1, int p2) throws SQLException {
    record(p1, new SetInt(p2));
  }

  @Override
  public void setLong(int p1, long p2) throws SQLException {
    record(p1, new SetLong(p2));
  }

  @Override
  public void setNCharacterStream(int p1, Reader p2) throws SQLException {
    record(p1, new SetNCharacterStream(p2));
  }

  @Override
  public void setNCharacterStream(int p1, Reader p2, long p3) throws SQLException {
    record(p1, new SetNCharacterStreamLong(p2, p3));
  }

  @Override
  public void setNClob(int p1, Reader p2) throws SQLException {
    record(p1, new SetNClobReader(p2));
  }

  @Override
  public void setNClob(int p1, Reader p2, long p3) throws SQLException {
    record(p1, new SetNClobReaderLong(p2, p3));
  }

  @Override
  public void setNClob(int p1, NClob p2) throws SQLException {
    record(p1, new SetNClob(p2));
  }

  @Override
  public void setNString(int p1, String p2) throws SQLException {
    record(p1, new SetNString(p2));
  }

  @Override
  public void setNull(int p1, int p2) throws SQLException {
    record(p1, new SetNull(p2));
  }

  @Override
  public void setNull(int p1, int p2, String p3) throws SQLException {
    record(p1, new SetNullString(p2, p3));
  }

  @Override
  public void setObject(int p1, Object p2) throws SQLException {
    record(p1, new SetObject(snapshot(p2)));
  }

  @Override
  public void setObject(int p1, Object p2, int p3) throws SQLException {
    record(p1, new SetObjectInt(snapshot(p2), p3));
  }

  @Override
  public void setObject(int p1, Object p2, int p3, int p4) throws SQLException {
    record(p1, new SetObjectIntInt(snapshot(p2), p3, p4));
  }

  @Override
  public void setObject(int p1, Object p2, SQLType p3) throws SQLException {
    record(p1, new SetObjectSQLType(snapshot(p2), p3));
  }

  @Override
  public void setObject(int p1, Object p2, SQLType p3, int p4) throws SQLException {
    record(p1, new SetObjectSQLTypeInt(snapshot(p2), p3, p4));
  }

  @Override
  public void setRef(int p1, Ref p2) throws SQLException {
    record(p1, new SetRef(p2));
  }

  @Override
  public void setRowId(int p1, RowId p2) throws SQLException {
    record(p1, new SetRowId(p2));
  }

  @Override
  public void setSQLXML(int p1, SQLXML p2) throws SQLException {
    record(p1, new SetSQLXML(p2));
  }

  @Override
  public void setShort(int p1, short p2) throws SQLException {
    record(p1, new SetShort(p2));
  }

  @Override
  public void setString(int p1, String p2) throws SQLException {
    record(p1, new SetString(p2));
  }

  @Override
  public void setTime(int p1, Time p2) throws SQLException {
    record(p1, new SetTime(snapshot(p2)));
  }

  @Override
  public void setTime(int p1, Time p2, Calendar p3) throws SQLException {
    record(p1, new SetTimeCalendar(snapshot(p2), snapshot(p3)));
  }

  @Override
  public void setTimestamp(int p1, Timestamp p2) throws SQLException {
    record(p1, new SetTimestamp(snapshot(p2)));
  }

  @Override
  public void setTimestamp(int p1, Timestamp p2, Calendar p3) throws SQLException {
    record(p1, new SetTimestampCalendar(snapshot(p2), snapshot(p3)));
  }

  @Override
  public void setURL(int p1, URL p2) throws SQLException {
    record(p1, new SetURL(p2));
  }

  @Override
  public void setUnicodeStream(int p1, InputStream p2, int p3) throws SQLException {
    record(p1, new SetUnicodeStreamInt(p2, p3));
  }

  private record SetAsciiStream(InputStream p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setAsciiStream(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetAsciiStream";
    }
  }

  private record SetAsciiStreamInt(InputStream p2, int p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setAsciiStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetAsciiStreamInt";
    }
  }

  private record SetAsciiStreamLong(InputStream p2, long p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setAsciiStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetAsciiStreamLong";
    }
  }

  private record SetBigDecimal(BigDecimal p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBigDecimal(index, p2);
    }

    @Override
    public String toString() {
      return "SetBigDecimal";
    }
  }

  private record SetBinaryStream(InputStream p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBinaryStream(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetBinaryStream";
    }
  }

  private record SetBinaryStreamInt(InputStream p2, int p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBinaryStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetBinaryStreamInt";
    }
  }

  private record SetBinaryStreamLong(InputStream p2, long p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBinaryStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetBinaryStreamLong";
    }
  }

  private record SetBlobInputStream(InputStream p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBlob(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetBlobInputStream";
    }
  }

  private record SetBlobInputStreamLong(InputStream p2, long p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBlob(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetBlobInputStreamLong";
    }
  }

  private record SetBlob(Blob p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBlob(index, p2);
    }

    @Override
    public String toString() {
      return "SetBlob";
    }
  }

  private record SetBoolean(boolean p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBoolean(index, p2);
    }

    @Override
    public String toString() {
      return "SetBoolean";
    }
  }

  private record SetByte(byte p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setByte(index, p2);
    }

    @Override
    public String toString() {
      return "SetByte";
    }
  }

  private record SetBytes(byte[] p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setBytes(index, p2);
    }

    @Override
    public String toString() {
      return "SetBytes";
    }
  }

  private record SetCharacterStream(Reader p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setCharacterStream(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetCharacterStream";
    }
  }

  private record SetCharacterStreamInt(Reader p2, int p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setCharacterStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetCharacterStreamInt";
    }
  }

  private record SetCharacterStreamLong(Reader p2, long p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setCharacterStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetCharacterStreamLong";
    }
  }

  private record SetClobReader(Reader p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setClob(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetClobReader";
    }
  }

  private record SetClobReaderLong(Reader p2, long p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setClob(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetClobReaderLong";
    }
  }

  private record SetClob(Clob p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setClob(index, p2);
    }

    @Override
    public String toString() {
      return "SetClob";
    }
  }

  private record SetDate(Date p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setDate(index, p2);
    }

    @Override
    public String toString() {
      return "SetDate";
    }
  }

  private record SetDateCalendar(Date p2, Calendar p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setDate(index, p2, p3);
    }

    @Override
    public String toString() {
      return "SetDateCalendar";
    }
  }

  private record SetDouble(double p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setDouble(index, p2);
    }

    @Override
    public String toString() {
      return "SetDouble";
    }
  }

  private record SetFloat(float p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setFloat(index, p2);
    }

    @Override
    public String toString() {
      return "SetFloat";
    }
  }

  private record SetInt(int p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setInt(index, p2);
    }

    @Override
    public String toString() {
      return "SetInt";
    }
  }

  private record SetLong(long p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setLong(index, p2);
    }

    @Override
    public String toString() {
      return "SetLong";
    }
  }

  private record SetNCharacterStream(Reader p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNCharacterStream(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetNCharacterStream";
    }
  }

  private record SetNCharacterStreamLong(Reader p2, long p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNCharacterStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetNCharacterStreamLong";
    }
  }

  private record SetNClobReader(Reader p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNClob(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetNClobReader";
    }
  }

  private record SetNClobReaderLong(Reader p2, long p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNClob(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetNClobReaderLong";
    }
  }

  private record SetNClob(NClob p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNClob(index, p2);
    }

    @Override
    public String toString() {
      return "SetNClob";
    }
  }

  private record SetNString(String p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNString(index, p2);
    }

    @Override
    public String toString() {
      return "SetNString";
    }
  }

  private record SetNull(int p2) implements Binding {
    @Override
    public Object value() {
      return null;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNull(index, p2);
    }

    @Override
    public String toString() {
      return "SetNull";
    }
  }

  private record SetNullString(int p2, String p3) implements Binding {
    @Override
    public Object value() {
      return null;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setNull(index, p2, p3);
    }

    @Override
    public String toString() {
      return "SetNullString";
    }
  }

  private record SetObject(Object p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setObject(index, p2);
    }

    @Override
    public boolean isRepeatable() {
      return !(p2 instanceof InputStream || p2 instanceof Reader);
    }

    @Override
    public String toString() {
      return "SetObject";
    }
  }

  private record SetObjectInt(Object p2, int p3) implements Binding {
    @Override
    public Object value() {
      return p2 == null ? null : Unread.VALUE;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setObject(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return !(p2 instanceof InputStream || p2 instanceof Reader);
    }

    @Override
    public String toString() {
      return "SetObjectInt";
    }
  }

  private record SetObjectIntInt(Object p2, int p3, int p4) implements Binding {
    @Override
    public Object value() {
      return p2 == null ? null : Unread.VALUE;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setObject(index, p2, p3, p4);
    }

    @Override
    public boolean isRepeatable() {
      return !(p2 instanceof InputStream || p2 instanceof Reader);
    }

    @Override
    public String toString() {
      return "SetObjectIntInt";
    }
  }

  private record SetObjectSQLType(Object p2, SQLType p3) implements Binding {
    @Override
    public Object value() {
      return p2 == null ? null : Unread.VALUE;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setObject(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return !(p2 instanceof InputStream || p2 instanceof Reader);
    }

    @Override
    public String toString() {
      return "SetObjectSQLType";
    }
  }

  private record SetObjectSQLTypeInt(Object p2, SQLType p3, int p4) implements Binding {
    @Override
    public Object value() {
      return p2 == null ? null : Unread.VALUE;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setObject(index, p2, p3, p4);
    }

    @Override
    public boolean isRepeatable() {
      return !(p2 instanceof InputStream || p2 instanceof Reader);
    }

    @Override
    public String toString() {
      return "SetObjectSQLTypeInt";
    }
  }

  private record SetRef(Ref p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setRef(index, p2);
    }

    @Override
    public String toString() {
      return "SetRef";
    }
  }

  private record SetRowId(RowId p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setRowId(index, p2);
    }

    @Override
    public String toString() {
      return "SetRowId";
    }
  }

  private record SetSQLXML(SQLXML p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setSQLXML(index, p2);
    }

    @Override
    public String toString() {
      return "SetSQLXML";
    }
  }

  private record SetShort(short p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setShort(index, p2);
    }

    @Override
    public String toString() {
      return "SetShort";
    }
  }

  private record SetString(String p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setString(index, p2);
    }

    @Override
    public String toString() {
      return "SetString";
    }
  }

  private record SetTime(Time p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setTime(index, p2);
    }

    @Override
    public String toString() {
      return "SetTime";
    }
  }

  private record SetTimeCalendar(Time p2, Calendar p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setTime(index, p2, p3);
    }

    @Override
    public String toString() {
      return "SetTimeCalendar";
    }
  }

  private record SetTimestamp(Timestamp p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setTimestamp(index, p2);
    }

    @Override
    public String toString() {
      return "SetTimestamp";
    }
  }

  private record SetTimestampCalendar(Timestamp p2, Calendar p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setTimestamp(index, p2, p3);
    }

    @Override
    public String toString() {
      return "SetTimestampCalendar";
    }
  }

  private record SetURL(URL p2) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setURL(index, p2);
    }

    @Override
    public String toString() {
      return "SetURL";
    }
  }

  private record SetUnicodeStreamInt(InputStream p2, int p3) implements Binding {
    @Override
    public Object value() {
      return p2;
    }

    @Override
    public void bind(PreparedStatement target, int index)
        throws SQLException {
      target.setUnicodeStream(index, p2, p3);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String toString() {
      return "SetUnicodeStreamInt";
    }
  }
}
