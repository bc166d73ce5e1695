package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.catalog.UserCode.Event;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Storing;
import java.util.List;
import java.util.Optional;

/**
 * The key that code of users is given, by its types: rows that it inserts under that key are of the
 * key's shard only where their table stores it as it is. A {@code numeric(6,1)} rounds what a
 * {@code numeric(6,2)} holds.
 */
record InsertedKeys(List<Given> columns) {

  /**
   * What a column of the key may be.
   *
   * @param type its name in {@code pg_type}
   * @param sqlType the same in full
   */
  record Given(String type, String sqlType) {}

  InsertedKeys {
    columns = List.copyOf(columns);
  }

  /** The key of a row of a table; of no columns where no server has said what the table is. */
  static InsertedKeys ofRow(Table.Sharded owner, Tables tables) {
    Optional<TableShape> shape = tables.catalog().table(owner.name());
    return new InsertedKeys(
        owner.key().stream()
            .flatMap(key -> shape.flatMap(known -> known.column(key.name())).stream())
            .map(column -> new Given(column.type(), column.sqlType()))
            .toList());
  }

  /** A parameter, whose type has no length and no precision. */
  static InsertedKeys ofParameter(String type) {
    return new InsertedKeys(List.of(new Given(type, type)));
  }

  /** Whether all tables into which a statement inserts keep it. */
  boolean areKept(Mentions statement, Tables tables) {
    return statement.writes().entrySet().stream()
        .filter(write -> write.getValue().contains(Event.INSERT))
        .flatMap(write -> tables.behind(write.getKey()).stream())
        .allMatch(table -> !(table instanceof Table.Sharded sharded) || areKept(sharded, tables));
  }

  private boolean areKept(Table.Sharded by, Tables tables) {
    Optional<TableShape> shape = tables.catalog().table(by.name());
    for (int i = 0; shape.isPresent() && i < Math.min(columns.size(), by.key().size()); i++) {
      KeyColumn key = by.key().get(i);
      Optional<ColumnShape> to = shape.get().column(key.name());
      if (to.isPresent() && !isKept(columns.get(i), to.get())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKept(Given from, ColumnShape to) {
    Optional<KeyType> type = KeyType.named(to.type());
    return KeyType.named(from.type()).equals(type)
        && Storing.keepsAll(from.sqlType(), to.sqlType(), type);
  }
}
