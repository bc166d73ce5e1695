package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.session.Held;
import io.shardjdbc.wrap.ForwardingResultSet;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the driver, whose values do not lead past us to their connection.
 *
 * <p>An array gives its elements as rows, and these their statement. A large object runs statements
 * of its own, when the connection may have become another session's.
 */
public abstract class ReadRows extends ForwardingResultSet {

  /** Whose rows they are, as the caller sees it. */
  protected abstract @Nullable Statement shown() throws SQLException;

  /** The connection that a large object is read from; null where there are none. */
  protected abstract @Nullable Held held();

  /** Whether they came together from several shards, and their numbers of objects mean none. */
  protected boolean areCopies() {
    return false;
  }

  private <T> T apart(T value) throws SQLException {
    if (areCopies() && (value instanceof Blob || value instanceof Clob)) {
      throw SqlErrors.of(ErrorCode.OF_ONE_SERVER, "a large object of rows that were gathered");
    }
    return apart(value, shown(), held(), this::changesObject);
  }

  /** Notes that a large object is about to be changed past any statement. */
  protected void changesObject() throws SQLException {}

  /** What comes before a change. */
  private interface Before {
    void change() throws SQLException;
  }

  /**
   * A value of the driver's, so that it does not lead to its connection.
   *
   * @param shown the caller's statement that it is from
   * @param held the connection that a large object is read from
   */
  public static <T> T apart(T value, @Nullable Statement shown, @Nullable Held held)
      throws SQLException {
    return apart(value, shown, held, () -> {});
  }

  private static <T> T apart(T value, @Nullable Statement shown, @Nullable Held held, Before change)
      throws SQLException {
    Object apart = value;
    if (value instanceof Array array) {
      apart = ReadArray.of(array, shown);
    } else if (value instanceof ResultSet rows) {
      apart = new DetachedRows(rows, shown, held);
    } else if (value instanceof Blob blob) {
      apart = guarded(Blob.class, blob, held, change);
    } else if (value instanceof Clob clob) {
      apart = guarded(Clob.class, clob, held, change);
    }
    @SuppressWarnings("unchecked") // of the interface that the caller asked for, or of none
    T same = (T) apart;
    return same;
  }

  private static <T> T guarded(Class<T> kind, T value, @Nullable Held held, Before change) {
    Object guarded =
        Proxy.newProxyInstance(
            ReadRows.class.getClassLoader(),
            new Class<?>[] {kind},
            (proxy, method, values) -> {
              if (held != null && held.isBroken() && method.getDeclaringClass() == kind) {
                throw SqlErrors.closedPart("the large object");
              }
              String name = method.getName();
              if (name.startsWith("set") || name.equals("truncate")) {
                change.change();
              }
              try {
                return method.invoke(value, values);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
    return kind.cast(guarded);
  }

  /** Where the caller asks for a class of the driver's, he gets it. */
  private <T> T apart(T value, Class<T> type) throws SQLException {
    return type.isInterface() || type == Object.class ? apart(value) : value;
  }

  @Override
  public Array getArray(int column) throws SQLException {
    return apart(delegate().getArray(column));
  }

  @Override
  public Array getArray(String label) throws SQLException {
    return apart(delegate().getArray(label));
  }

  @Override
  public Blob getBlob(int column) throws SQLException {
    return apart(delegate().getBlob(column));
  }

  @Override
  public Blob getBlob(String label) throws SQLException {
    return apart(delegate().getBlob(label));
  }

  @Override
  public Clob getClob(int column) throws SQLException {
    return apart(delegate().getClob(column));
  }

  @Override
  public Clob getClob(String label) throws SQLException {
    return apart(delegate().getClob(label));
  }

  @Override
  public Object getObject(int column) throws SQLException {
    return apart(delegate().getObject(column));
  }

  @Override
  public Object getObject(String label) throws SQLException {
    return apart(delegate().getObject(label));
  }

  @Override
  public Object getObject(int column, Map<String, Class<?>> map) throws SQLException {
    return apart(delegate().getObject(column, map));
  }

  @Override
  public Object getObject(String label, Map<String, Class<?>> map) throws SQLException {
    return apart(delegate().getObject(label, map));
  }

  @Override
  public <T> T getObject(int column, Class<T> type) throws SQLException {
    return apart(delegate().getObject(column, type), type);
  }

  @Override
  public <T> T getObject(String label, Class<T> type) throws SQLException {
    return apart(delegate().getObject(label, type), type);
  }
}
