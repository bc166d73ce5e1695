package io.shardjdbc.jdbc;

import io.shardjdbc.execute.ReadArray;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import io.shardjdbc.wrap.Binding;
import io.shardjdbc.wrap.Binding.Unread;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PgArray;

/**
 * An array that {@code createArrayOf} made: its elements, on no connection yet.
 *
 * <p>Bound to a statement, it becomes the driver's own array on each connection that needs it.
 * Whoever looks at it, or has it sent as a text, sees what the driver's own says of itself.
 */
final class ShardArray implements Array {

  private final String typeName;
  private final @Nullable Object elements;
  private final Session session;
  private @Nullable Array read;

  /**
   * @param elements an {@code Object[]}, an array of primitives, or null
   * @param session whose connections it is read on, where somebody looks at it
   */
  ShardArray(String typeName, @Nullable Object elements, Session session) {
    this.typeName = typeName;
    this.elements = elements;
    this.session = session;
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
        target.setArray(index, ours.on(target.getConnection()));
      } else {
        target.setArray(index, array);
      }
    }

    @Override
    public String toString() {
      return "SetArray";
    }
  }

  /** The driver's own of the same elements, as it reads what it has written. */
  private Array read() throws SQLException {
    Array array = read;
    if (array == null) {
      Held held = session.holdAny();
      try {
        array = ReadArray.of(on(held.connection()), null);
      } finally {
        session.release(held);
      }
      read = array;
    }
    return array;
  }

  /** The driver's array of the same elements, on a connection of the driver. */
  private Array on(Connection connection) throws SQLException {
    return elements instanceof Object[] objects
        ? connection.createArrayOf(typeName, objects)
        : connection.unwrap(PGConnection.class).createArrayOf(typeName, elements);
  }

  @Override
  public String getBaseTypeName() throws SQLException {
    return read().getBaseTypeName();
  }

  @Override
  public int getBaseType() throws SQLException {
    return read().getBaseType();
  }

  @Override
  public Object getArray() throws SQLException {
    return read().getArray();
  }

  @Override
  public Object getArray(@Nullable Map<String, Class<?>> map) throws SQLException {
    return read().getArray(map);
  }

  @Override
  public Object getArray(long index, int count) throws SQLException {
    return read().getArray(index, count);
  }

  @Override
  public Object getArray(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return read().getArray(index, count, map);
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    return read().getResultSet();
  }

  @Override
  public ResultSet getResultSet(@Nullable Map<String, Class<?>> map) throws SQLException {
    return read().getResultSet(map);
  }

  @Override
  public ResultSet getResultSet(long index, int count) throws SQLException {
    return read().getResultSet(index, count);
  }

  @Override
  public ResultSet getResultSet(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return read().getResultSet(index, count, map);
  }

  @Override
  public void free() {}

  /** As it is sent where it is bound as a text. */
  String literal() throws SQLException {
    return read().toString();
  }

  /** As it is sent; its type alone where no connection can be had. */
  @Override
  public String toString() {
    try {
      return literal();
    } catch (SQLException e) {
      return typeName + "[]";
    }
  }
}
