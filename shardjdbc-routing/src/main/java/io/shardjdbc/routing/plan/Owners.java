package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.TableKey;
import io.shardjdbc.routing.route.TablePosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Where a key lies; empty where rows of the table do not lie by positions. */
  Optional<TablePosition> position(String name, List<@Nullable Object> values) {
    if (!(tables.declared(parts(name)) instanceof Table.Sharded sharded)
        || values.size() != sharded.key().size()) {
      return Optional.empty();
    }
    return placement(sharded)
        .positioning()
        .map(by -> by.of(TableKey.of(sharded, tables).exact(values)))
        .map(position -> new TablePosition(sharded.displayName(), position));
  }

  /** The owner of a position. */
  ShardId at(TablePosition place) {
    if (!(tables.declared(parts(place.table())) instanceof Table.Sharded sharded)) {
      throw new RoutingException(
          ErrorCode.USAGE, "rows of table " + place.table() + " do not lie by positions");
    }
    return placement(sharded).ownerAt(place.position());
  }

  /** What is a copy of another shard's on a shard, by table. */
  Map<String, Positions> hidden(ShardId shard) {
    Map<String, Positions> hidden = new LinkedHashMap<>();
    for (Table table : tables.configuration().tables().values()) {
      if (table instanceof Table.Sharded sharded) {
        Positions copies =
            tables
                .map()
                .moving()
                .hides()
                .getOrDefault(tables.placementOf(sharded), Map.of())
                .getOrDefault(shard, Positions.NONE);
        if (!copies.isEmpty()) {
          hidden.put(sharded.displayName(), copies);
        }
      }
    }
    return hidden;
  }

  private Placement placement(Table.Sharded table) {
    return tables.map().placement(tables.placementOf(table));
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
    Key key = TableKey.of(sharded, tables).exact(values);
    List<ShardId> owners = placement(sharded).ownersOf(key);
    if (owners.size() != 1) {
      throw new RoutingException(
          ErrorCode.KEY_SHARED, "the shard of a key of table " + table.displayName());
    }
    return tables.map().having(owners.get(0));
  }
}
