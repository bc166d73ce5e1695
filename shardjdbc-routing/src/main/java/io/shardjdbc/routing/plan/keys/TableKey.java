package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key of a table, as values are read that somebody gives without a statement.
 *
 * <p>Who asks for a key's owner gives {@linkplain #exact a value that a row can have}: what the
 * column would round or cut is none. Who stores a row gives {@linkplain #stored what the column is
 * to take}, and a server may have to say what it makes of that.
 */
public final class TableKey {

  /**
   * A column of the key.
   *
   * @param shape what the catalogue knows of it
   */
  private record Column(String name, Optional<KeyType> type, Optional<ColumnShape> shape) {

    boolean keeps(Key key) {
      return Storing.keeps(key, shape.map(ColumnShape::sqlType).orElse(null));
    }

    boolean isOfTime() {
      return type.map(KeyType::isOfTime).orElse(false);
    }

    String typeName() {
      return shape.map(ColumnShape::sqlType).or(() -> type.map(KeyType::sqlName)).orElse("key");
    }
  }

  private final Table.Sharded table;
  private final List<Column> columns;

  private TableKey(Table.Sharded table, List<Column> columns) {
    this.table = table;
    this.columns = List.copyOf(columns);
  }

  /**
   * The key of a table.
   *
   * @throws RoutingException where the server's table has not the declared key
   */
  public static TableKey of(Table.Sharded table, Tables tables) {
    TableShape shape = tables.keyedShape(table).orThrow().orElse(null);
    List<Column> columns = new ArrayList<>();
    for (KeyColumn column : table.key()) {
      Optional<ColumnShape> known = shape == null ? Optional.empty() : shape.column(column.name());
      Optional<KeyType> type = column.type().or(() -> known.flatMap(c -> KeyType.named(c.type())));
      columns.add(new Column(column.name(), type, known));
    }
    return new TableKey(table, columns);
  }

  /** The types of its columns; where nobody knows one, that of text. */
  public List<KeyType> types() {
    return columns.stream().map(column -> column.type().orElse(KeyType.TEXT)).toList();
  }

  /**
   * A key that a row can have.
   *
   * @param values as many as it has columns
   * @throws RoutingException where one is missing, or is no such value
   */
  public Key exact(List<@Nullable Object> values) {
    return key(
        values,
        (column, value) -> {
          Key key = ExactKeys.read(value, column.type(), column.shape());
          if (key == null) {
            throw unreadable(column);
          }
          return key;
        });
  }

  /**
   * The key that a row has when these values are stored; null where only a server can tell, because
   * it converts them, or may cut blanks.
   *
   * @param values as many as it has columns
   * @throws RoutingException where one is missing, or means what a session's settings or the clock
   *     say
   */
  public @Nullable Key stored(List<@Nullable Object> values) {
    if (columns.size() == 1) {
      return stored(columns.get(0), present(columns.get(0), values.get(0)));
    }
    List<Key> keys = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      Key key = stored(columns.get(i), present(columns.get(i), values.get(i)));
      if (key == null) {
        return null;
      }
      keys.add(key);
    }
    return Key.ofColumns(keys);
  }

  /**
   * The key of values as a server has them stored: nothing of them is cut or changed any more.
   *
   * @throws RoutingException where one is missing, or cannot be read all the same
   */
  public Key asStored(List<@Nullable Object> values) {
    return key(
        values,
        (column, value) -> {
          Key key = KeyValues.stored(value, column.type()).key();
          if (key == null) {
            throw unreadable(column);
          }
          return key;
        });
  }

  private interface Read {
    Key of(Column column, Object value);
  }

  private Key key(List<@Nullable Object> values, Read read) {
    List<Key> keys = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      keys.add(read.of(columns.get(i), present(columns.get(i), values.get(i))));
    }
    return Key.ofColumns(keys);
  }

  private @Nullable Key stored(Column column, Object value) {
    Key key = KeyValues.stored(value, column.type()).key();
    if (key == null && column.isOfTime()) {
      throw unreadable(column); // another session or another moment would read it otherwise
    }
    return key == null || !column.keeps(key) ? null : key;
  }

  private Object present(Column column, @Nullable Object value) {
    if (value == null) {
      throw new RoutingException(ErrorCode.KEY_IS_NULL, table.displayName(), column.name());
    }
    return value;
  }

  private RoutingException unreadable(Column column) {
    return new RoutingException(
        ErrorCode.KEY_OF_UNKNOWN_TYPE, table.displayName(), column.name(), column.typeName());
  }
}
