package io.shardjdbc.reshard;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The first map of a deployment: what its configuration says, as positions.
 *
 * <p>Tables on a ring by PostgreSQL's hash are in it, and those by ranges of integers; keys that
 * are listed by name may come before these, or before one shard for the rest. Others stay as the
 * configuration says, and their rows cannot be moved.
 */
public final class FirstMap {

  private FirstMap() {}

  /** What a server says of a key column whose type the configuration leaves out. */
  @FunctionalInterface
  public interface Types {
    /** The type, or nothing if such a column is no key. */
    Optional<KeyType> of(String table, String column) throws SQLException;
  }

  /** The map of a configuration. */
  public static MapDocument of(
      RoutingConfiguration configuration, Map<ShardId, Reach> shards, Types types)
      throws SQLException {
    Map<String, Placed> tables = new LinkedHashMap<>();
    Map<String, Positioned> placements = new LinkedHashMap<>();
    for (Table table : configuration.tables().values()) {
      if (table instanceof Table.Sharded sharded && positions(sharded.placement()).isPresent()) {
        List<KeyColumn> key = key(sharded, types);
        Placement placement = sharded.placement();
        if (key.size() == sharded.key().size() && placement.misfit(key).isEmpty()) {
          String name = configuration.placementOf(sharded);
          placements.putIfAbsent(name, positions(placement).orElseThrow());
          tables.put(
              sharded.displayName(),
              new Placed(
                  name,
                  key.stream().map(KeyColumn::name).toList(),
                  key.stream().map(column -> column.type().orElseThrow()).toList()));
        }
      }
    }
    Placement records = Placements.ring(configuration.shards());
    placements.put(ShardMap.RECORDS, positions(records).orElseThrow());
    return new MapDocument(shards, tables, placements);
  }

  /** The columns of a key whose types can be one, with these. */
  private static List<KeyColumn> key(Table.Sharded table, Types types) throws SQLException {
    List<KeyColumn> key = new ArrayList<>();
    for (KeyColumn column : table.key()) {
      Optional<KeyType> type =
          column.type().isPresent() ? column.type() : types.of(table.displayName(), column.name());
      if (type.isPresent()) {
        key.add(new KeyColumn(column.name(), type));
      }
    }
    return key;
  }

  private static Optional<Positioned> positions(Placement placement) {
    return placement
        .positioning()
        .flatMap(by -> placement.positions().map(owns -> Positioned.of(by, owns)))
        .or(placement::listed);
  }
}
