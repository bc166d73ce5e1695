package io.shardjdbc.execute;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An array that was read: the driver's own, which does not lead back to its connection.
 *
 * <p>It outlives its row, and the connection may serve somebody else by then. What the driver has
 * to ask the server about the type, it asks at once.
 */
public final class ReadArray implements Array {

  private final Array array;
  private final int baseType;
  private final String baseTypeName;
  private final @Nullable Statement owner;

  private ReadArray(Array array, @Nullable Statement owner) throws SQLException {
    this.array = array;
    this.owner = owner;
    this.baseType = array.getBaseType();
    this.baseTypeName = array.getBaseTypeName();
  }

  /** What the driver has to ask the server of it is asked now. */
  public static Array of(Array array, @Nullable Statement owner) throws SQLException {
    return array instanceof ReadArray ? array : new ReadArray(array, owner);
  }

  /** The driver's own, to be bound or read. */
  public static @Nullable Array driversOwn(@Nullable Array array) {
    return array instanceof ReadArray read ? read.array : array;
  }

  @Override
  public String getBaseTypeName() {
    return baseTypeName;
  }

  @Override
  public int getBaseType() {
    return baseType;
  }

  @Override
  public Object getArray() throws SQLException {
    return array.getArray();
  }

  @Override
  public Object getArray(Map<String, Class<?>> map) throws SQLException {
    return array.getArray(map);
  }

  @Override
  public Object getArray(long index, int count) throws SQLException {
    return array.getArray(index, count);
  }

  @Override
  public Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
    return array.getArray(index, count, map);
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    return rows(array.getResultSet());
  }

  @Override
  public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
    return rows(array.getResultSet(map));
  }

  @Override
  public ResultSet getResultSet(long index, int count) throws SQLException {
    return rows(array.getResultSet(index, count));
  }

  @Override
  public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map)
      throws SQLException {
    return rows(array.getResultSet(index, count, map));
  }

  private ResultSet rows(ResultSet elements) {
    return new DetachedRows(elements, owner, null);
  }

  @Override
  public void free() throws SQLException {
    array.free();
  }

  /** As the server writes it. */
  @Override
  public String toString() {
    return String.valueOf(array);
  }
}
