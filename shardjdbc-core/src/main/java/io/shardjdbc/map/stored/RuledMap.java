package io.shardjdbc.map.stored;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.Coming;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.MapDocument.Since;
import io.shardjdbc.routing.Moving;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a document and of what the configuration says the map that this process goes by.
 *
 * <p>A table that the document names lies as the document says, any other as the configuration
 * does. Tables that are proved to lie together by the configuration have to lie together by the
 * document too.
 */
final class RuledMap {

  private final RoutingConfiguration routing;
  private final Predicate<ShardId> replicated;

  /**
   * @param replicated whether a shard has replicas
   */
  RuledMap(RoutingConfiguration routing, Predicate<ShardId> replicated) {
    this.routing = routing;
    this.replicated = replicated;
  }

  /**
   * The map of an epoch.
   *
   * <p>A shard that the document does not have is not in it, whatever the configuration says:
   * nobody else writes copies of reference tables there. It stays only where the configuration
   * alone says what lives on it.
   *
   * @param before the map that it follows
   * @throws SQLException if it contradicts the configuration, naming both
   */
  ShardMap of(StoredMap stored, ShardMap before) throws SQLException {
    MapDocument document = stored.document();
    List<ShardId> shards = new ArrayList<>(before.shards());
    document.shards().keySet().stream().filter(s -> !shards.contains(s)).forEach(shards::add);
    Map<String, String> ruled = ruled(document);
    Map<String, Placement> placements = new LinkedHashMap<>(before.placements());
    ruled.forEach((ours, its) -> placements.put(ours, document.placement(its).placement()));
    shards.removeIf(
        shard ->
            !document.shards().containsKey(shard)
                && !routing.needs(shard)
                && placements.values().stream().noneMatch(p -> p.shards().contains(shard)));
    return new ShardMap(stored.epoch(), shards, placements, moving(document, ruled));
  }

  /** For each placement of ours that the document rules, the name that it has there. */
  private Map<String, String> ruled(MapDocument document) throws SQLException {
    Map<String, String> ruled = new HashMap<>();
    if (document.placements().containsKey(ShardMap.RECORDS)) {
      ruled.put(ShardMap.RECORDS, ShardMap.RECORDS);
    }
    Map<String, Table> first = new HashMap<>();
    for (Table table : routing.tables().values()) {
      if (!(table instanceof Table.Sharded sharded)) {
        continue;
      }
      String ours = routing.placementOf(sharded);
      Placed placed = placedOf(document, table);
      if (placed != null) {
        checkKey(sharded, placed);
      }
      String its = placed == null ? null : placed.placement();
      Table before = first.putIfAbsent(ours, table);
      String whose = ruled.get(ours);
      if (before != null && !Objects.equals(whose, its)) {
        throw whose == null || its == null
            ? missing(its == null ? table : before)
            : apart(before, table);
      }
      if (its != null) {
        ruled.put(ours, its);
      }
    }
    return ruled;
  }

  private static @Nullable Placed placedOf(MapDocument document, Table table) {
    Placed placed = document.tables().get(table.displayName());
    return placed != null || table.name().size() > 1
        ? placed
        : document.tables().get("public." + table.displayName());
  }

  private static void checkKey(Table.Sharded table, Placed placed) throws SQLException {
    List<KeyColumn> key = table.key();
    boolean same = key.stream().map(KeyColumn::name).toList().equals(placed.columns());
    for (int i = 0; same && i < key.size(); i++) {
      same = key.get(i).type().map(placed.types().get(i)::equals).orElse(true);
    }
    if (!same) {
      throw SqlErrors.of(
          ErrorCode.MAP_CONTRADICTED,
          "table "
              + table.displayName()
              + " has the key "
              + String.join(", ", key.stream().map(KeyColumn::name).toList())
              + " here, and "
              + String.join(", ", placed.columns())
              + " of type "
              + placed.types().stream().map(KeyType::sqlName).collect(Collectors.joining(", "))
              + " there");
    }
  }

  private static SQLException missing(Table table) {
    return SqlErrors.of(
        ErrorCode.MAP_CONTRADICTED,
        "it does not have table "
            + table.displayName()
            + ", and has others that are placed alike; shardctl init takes new tables into it");
  }

  private static SQLException apart(Table one, Table other) {
    return SqlErrors.of(
        ErrorCode.MAP_CONTRADICTED,
        "tables "
            + one.displayName()
            + " and "
            + other.displayName()
            + " have one placement here, and two there");
  }

  /** Statements know the hashes of their keys, and nothing of other positions. */
  private static Positions heldBy(Positioned placement, Positions held) {
    return placement.by().isOfHash() ? held : Positions.ALL;
  }

  private Moving moving(MapDocument document, Map<String, String> ruled) {
    Map<ShardId, Positions> holds = new HashMap<>(); // of all placements: some wait for nothing
    Map<String, Map<ShardId, Positions>> hides = new HashMap<>();
    Set<ShardId> arrived = new HashSet<>();
    Map<String, List<Coming>> comes = new HashMap<>();
    for (Positioned placement : document.placements().values()) {
      placement
          .holds()
          .forEach((shard, held) -> holds.merge(shard, heldBy(placement, held), Positions::plus));
      placement.since().stream().map(Since::shard).filter(replicated).forEach(arrived::add);
    }
    ruled.forEach(
        (ours, its) -> {
          Map<ShardId, Positions> hidden = document.placement(its).hides();
          if (!hidden.isEmpty()) {
            hides.put(ours, hidden);
          }
          Positioned placement = document.placement(its);
          List<Coming> begun =
              placement.comes().stream()
                  .filter(c -> placement.ownedBy(c.target()).containsAll(c.positions()))
                  .toList();
          if (!begun.isEmpty()) {
            comes.put(ours, begun);
          }
        });
    return new Moving(holds, hides, arrived, comes);
  }
}
