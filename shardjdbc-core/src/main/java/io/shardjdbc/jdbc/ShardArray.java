package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.ReadArray;
import io.shardjdbc.wrap.Binding;
import io.shardjdbc.wrap.Binding.Unread;
import java.sql.Array;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgArray;

/**
 * An array that {@code createArrayOf} made: its elements, on no connection yet.
 *
 * <p>Bound to a statement, it becomes the driver's own array on each connection that needs it.
 */
final class ShardArray implements Array {

  private final String typeName;
  private final @Nullable Object elements;

  /**
   * @param elements an {@code Object[]}, an array of primitives, or null
   */
  ShardArray(String typeName, @Nullable Object elements) {
    this.typeName = typeName;
    this.elements = elements;
  }

  /** Binds an array, whoever made it. */
  static Binding binding(@Nullable Array array) {
    return new ArrayBinding(ReadArray.driversOwn(array), elements(array));
  }

  /** Binds a Java array of objects. */
  static Binding binding(Object[] array) {
    return new ObjectsBinding(array, ArrayElements.of(array));
  }

  private static @Nullable Object elements(@Nullable Array given) {
    Array array = ReadArray.driversOwn(given);
    if (array instanceof ShardArray ours) {
      return ArrayElements.of(ours.typeName, ours.elements);
    }
    if (!(array instanceof PgArray)) {
      return array == null ? null : Unread.VALUE;
    }
    try {
      return ArrayElements.of(array.getBaseTypeName(), array.getArray());
    } catch (SQLException e) {
      return Unread.VALUE; // its connection is closed; the driver says so when it is bound
    }
  }

  private record ObjectsBinding(Object array, @Nullable Object value) implements Binding {
    @Override
    public void bind(PreparedStatement target, int index) throws SQLException {
      target.setObject(index, array);
    }

    @Override
    public String toString() {
      return "SetObject";
    }
  }

  private record ArrayBinding(@Nullable Array array, @Nullable Object value) implements Binding {
    @Override
    public void bind(PreparedStatement target, int index) throws SQLException {
      if (array instanceof ShardArray ours) {
        target.setArray(
            index,
            ours.elements instanceof Object[] objects
                ? target.getConnection().createArrayOf(ours.typeName, objects)
                : target
                    .getConnection()
                    .unwrap(org.postgresql.PGConnection.class)
                    .createArrayOf(ours.typeName, ours.elements));
      } else {
        target.setArray(index, array);
      }
    }

    @Override
    public String toString() {
      return "SetArray";
    }
  }

  @Override
  public String getBaseTypeName() {
    return typeName;
  }

  @Override
  public int getBaseType() {
    return switch (typeName) {
      case "int2" -> JDBCType.SMALLINT.getVendorTypeNumber();
      case "int4", "integer", "int" -> JDBCType.INTEGER.getVendorTypeNumber();
      case "int8", "bigint" -> JDBCType.BIGINT.getVendorTypeNumber();
      case "text", "varchar" -> JDBCType.VARCHAR.getVendorTypeNumber();
      case "numeric" -> JDBCType.NUMERIC.getVendorTypeNumber();
      case "bool", "boolean" -> JDBCType.BIT.getVendorTypeNumber();
      default -> JDBCType.OTHER.getVendorTypeNumber();
    };
  }

  @Override
  public @Nullable Object getArray() {
    return elements;
  }

  @Override
  public @Nullable Object getArray(@Nullable Map<String, Class<?>> map) {
    return elements;
  }

  @Override
  public Object getArray(long index, int count) throws SQLException {
    if (elements instanceof Object[] objects) {
      int from = (int) index - 1;
      return Arrays.copyOfRange(objects, from, from + count);
    }
    throw SqlErrors.notImplemented("Array.getArray(index, count) of primitives");
  }

  @Override
  public Object getArray(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return getArray(index, count);
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    throw SqlErrors.notImplemented("Array.getResultSet");
  }

  @Override
  public ResultSet getResultSet(@Nullable Map<String, Class<?>> map) throws SQLException {
    throw SqlErrors.notImplemented("Array.getResultSet");
  }

  @Override
  public ResultSet getResultSet(long index, int count) throws SQLException {
    throw SqlErrors.notImplemented("Array.getResultSet");
  }

  @Override
  public ResultSet getResultSet(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    throw SqlErrors.notImplemented("Array.getResultSet");
  }

  @Override
  public void free() {}

  /** The elements are a caller's values. */
  @Override
  public String toString() {
    return typeName + "[]";
  }
}
