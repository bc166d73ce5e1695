package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.ExactKeys;
import io.shardjdbc.routing.route.Catalog.ColumnShape;
import io.shardjdbc.routing.route.Catalog.TableShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the shard that owns a key of a table, by the values of the key's columns. */
final class Owners {

  private final Tables tables;

  Owners(Tables tables) {
    this.tables = tables;
  }

  /** The owner of a key of a sharded table. */
  ShardId owner(String name, List<@Nullable Object> values) {
    return owner(tables.declared(parts(name)), values);
  }

  /** The same, and the home of a table that lives on one shard and has no key. */
  ShardId home(String name, List<@Nullable Object> values) {
    Table table = tables.declared(parts(name));
    return table instanceof Table.Single single && values.isEmpty()
        ? single.shard()
        : owner(table, values);
  }

  /** Without the name of the database. */
  private static List<String> parts(String name) {
    List<String> parts = Identifiers.parse(name);
    return parts.subList(Math.max(0, parts.size() - 2), parts.size());
  }

  private ShardId owner(Table table, List<@Nullable Object> values) {
    if (!(table instanceof Table.Sharded sharded)) {
      throw new RoutingException(
          ErrorCode.USAGE, "table " + table.displayName() + " has no shard key");
    }
    if (values.size() != sharded.key().size()) {
      throw new RoutingException(
          ErrorCode.USAGE,
          "the shard key of %s has %d columns, %d values are given"
              .formatted(table.displayName(), sharded.key().size(), values.size()));
    }
    TableShape shape = tables.keyedShape(sharded).orThrow().orElse(null);
    List<Key> columns = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      columns.add(read(sharded, shape, i, values.get(i)));
    }
    List<ShardId> owners =
        tables.map().placement(tables.placementOf(sharded)).ownersOf(Key.ofColumns(columns));
    if (owners.size() != 1) {
      throw new RoutingException(
          ErrorCode.KEY_SHARED, "the shard of a key of table " + table.displayName());
    }
    return tables.map().having(owners.get(0));
  }

  private static Key read(
      Table.Sharded table, @Nullable TableShape shape, int i, @Nullable Object value) {
    KeyColumn column = table.key().get(i);
    if (value == null) {
      throw new RoutingException(ErrorCode.KEY_IS_NULL, table.displayName(), column.name());
    }
    Optional<ColumnShape> known = shape == null ? Optional.empty() : shape.column(column.name());
    Optional<KeyType> type = column.type().or(() -> known.flatMap(c -> KeyType.named(c.type())));
    Key key = ExactKeys.read(value, type, known);
    if (key == null) {
      throw new RoutingException(
          ErrorCode.KEY_OF_UNKNOWN_TYPE,
          table.displayName(),
          column.name(),
          known.map(ColumnShape::sqlType).or(() -> type.map(KeyType::sqlName)).orElse("key"));
    }
    return key;
  }
}
