package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.Catalog;
import io.shardjdbc.routing.route.Catalog.ColumnShape;
import io.shardjdbc.routing.route.Catalog.TableShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a COPY without a list of columns means, and the row by which its records are placed. */
public final class CopyColumns {

  private CopyColumns() {}

  /**
   * The columns of a record up to the last one of the key. Generated columns are not among them,
   * and the catalogue does not tell them from other computed defaults: where one comes before, the
   * columns have to be named.
   */
  public static List<String> of(Table.Sharded table, Catalog catalog) {
    List<String> keys = table.key().stream().map(KeyColumn::name).toList();
    List<String> columns = new ArrayList<>();
    TableShape shape = catalog.table(table.name()).orElse(null);
    if (shape == null) {
      return columns;
    }
    for (ColumnShape column : shape.columns()) {
      if (columns.containsAll(keys)) {
        break;
      }
      if (column.defaults() == Catalog.Default.COMPUTED) {
        throw new RoutingException(
            ErrorCode.UTILITY_UNSUPPORTED,
            "COPY without a list of columns of table " + table.displayName());
      }
      columns.add(column.name());
    }
    return columns;
  }

  /** The types of the key's columns. */
  public static List<String> types(Table.Sharded table, Catalog catalog) {
    TableShape shape = catalog.table(table.name()).orElse(null);
    List<String> types = new ArrayList<>();
    for (KeyColumn key : table.key()) {
      Optional<KeyType> type = key.type();
      if (type.isEmpty() && shape != null) {
        type = shape.column(key.name()).flatMap(column -> KeyType.named(column.type()));
      }
      types.add(type.orElse(KeyType.TEXT).sqlName());
    }
    return types;
  }

  public static String insertInto(Table table) {
    return "INSERT INTO "
        + table.name().stream().map(Identifiers::quote).collect(Collectors.joining("."));
  }

  /** A text that writes a row with the key, as parameters. */
  public static String insert(Table.Sharded table) {
    return insertInto(table)
        + table.key().stream()
            .map(key -> Identifiers.quote(key.name()))
            .collect(Collectors.joining(", ", " (", ")"))
        + table.key().stream().map(key -> "?").collect(Collectors.joining(", ", " VALUES (", ")"));
  }

  /** A text that reads the rows with the key, as parameters. */
  public static String select(Table.Sharded table) {
    return "SELECT 1 FROM "
        + table.name().stream().map(Identifiers::quote).collect(Collectors.joining("."))
        + table.key().stream()
            .map(key -> Identifiers.quote(key.name()) + " = ?")
            .collect(Collectors.joining(" AND ", " WHERE ", ""));
  }
}
