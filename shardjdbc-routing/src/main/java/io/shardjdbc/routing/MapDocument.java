package io.shardjdbc.routing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The map as the databases keep it: which shards there are, which tables go by which placement, and
 * who owns which positions.
 *
 * <p>It rules the tables that it names; others stay as the configuration of a process says. Its
 * text is lines of fields with tabs between them; see {@link #parse}. Immutable.
 *
 * @param shards how to reach each shard, in the fixed order of shards
 * @param tables what a table is placed by, by its display name
 * @param placements by name
 */
public record MapDocument(
    Map<ShardId, Reach> shards, Map<String, Placed> tables, Map<String, Positioned> placements) {

  public MapDocument {
    shards = ordered(shards);
    tables = ordered(tables);
    placements = ordered(placements);
    for (Map.Entry<String, Placed> table : tables.entrySet()) {
      if (!placements.containsKey(table.getValue().placement())) {
        throw new RoutingException(
            ErrorCode.BAD_PLACEMENT,
            "table " + table.getKey() + " goes by a placement that the map does not have");
      }
    }
    for (Positioned placement : placements.values()) {
      for (ShardId shard : placement.owns().keySet()) {
        if (!shards.containsKey(shard)) {
          throw new RoutingException(
              ErrorCode.BAD_PLACEMENT, "positions of shard " + shard + ", which is not there");
        }
      }
    }
  }

  /**
   * Reads what {@link #toString()} has written.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when it is not understood as a whole
   */
  public static MapDocument parse(String text) {
    return MapDocumentText.parse(text);
  }

  /** The same with another placement under a name. */
  public MapDocument with(String placement, Positioned changed) {
    Map<String, Positioned> next = new LinkedHashMap<>(placements);
    next.put(placement, changed);
    return new MapDocument(shards, tables, next);
  }

  /** The same with one more table. */
  public MapDocument with(String table, Placed placed) {
    Map<String, Placed> next = new LinkedHashMap<>(tables);
    next.put(table, placed);
    return new MapDocument(shards, next, placements);
  }

  /** The same with one more shard, which owns nothing yet. */
  public MapDocument with(ShardId shard, Reach reach) {
    Map<ShardId, Reach> next = new LinkedHashMap<>(shards);
    next.put(shard, reach);
    return new MapDocument(next, tables, placements);
  }

  /** The same without a shard that owns nothing. */
  public MapDocument without(ShardId shard) {
    Map<ShardId, Reach> next = new LinkedHashMap<>(shards);
    next.remove(shard);
    Map<String, Positioned> without = new LinkedHashMap<>();
    placements.forEach((name, placement) -> without.put(name, placement.without(shard)));
    return new MapDocument(next, tables, without);
  }

  /**
   * A placement of the map.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when the map has none of that name
   */
  public Positioned placement(String name) {
    Positioned placement = placements.get(name);
    if (placement == null) {
      throw new RoutingException(ErrorCode.BAD_PLACEMENT, "the map has no placement " + name);
    }
    return placement;
  }

  @Override
  public String toString() {
    return MapDocumentText.of(this);
  }

  private static <K, V> Map<K, V> ordered(Map<K, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /**
   * How a shard is reached, without credentials.
   *
   * @param primary a JDBC URL
   * @param replicas JDBC URLs
   */
  public record Reach(String primary, List<String> replicas) {
    public Reach {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * What places a table: the placement's name, and the columns by which a row has its position.
   *
   * @param columns of its key, as the catalog has them
   * @param types of each column
   */
  public record Placed(String placement, List<String> columns, List<KeyType> types) {
    public Placed {
      columns = List.copyOf(columns);
      types = List.copyOf(types);
      if (columns.isEmpty() || columns.size() != types.size()) {
        throw new RoutingException(ErrorCode.BAD_PLACEMENT, "a key without columns, or types");
      }
    }

    /** By one column. */
    public Placed(String placement, String column, KeyType type) {
      this(placement, List.of(column), List.of(type));
    }
  }

  /**
   * Who owns which positions, and what is special about some while they move.
   *
   * @param by how a key has its position
   * @param owns disjoint sets; by hash all positions together, else keys at others are refused
   * @param hides rows on a shard that are copies: reads without a key leave them out there
   * @param holds what nobody may begin to read or write on a shard's primary now
   * @param since what a shard got by a move, and from which place in its log on a replica of it may
   *     serve that
   * @param comes what comes to a shard key by key, from when it owns it on
   */
  public record Positioned(
      Positioning by,
      Map<ShardId, Positions> owns,
      Map<ShardId, Positions> hides,
      Map<ShardId, Positions> holds,
      List<Since> since,
      List<Coming> comes) {
    public Positioned {
      owns = ordered(owns);
      hides = ordered(hides);
      holds = ordered(holds);
      since = List.copyOf(since);
      comes = List.copyOf(comes);
      new PositionPlacement(by, owns);
    }

    /** By PostgreSQL's hash, and none comes key by key. */
    public Positioned(
        Map<ShardId, Positions> owns,
        Map<ShardId, Positions> hides,
        Map<ShardId, Positions> holds,
        List<Since> since) {
      this(Positioning.HASH, owns, hides, holds, since, List.of());
    }

    /** Positions by PostgreSQL's hash that nothing is special about. */
    public static Positioned of(Map<ShardId, Positions> owns) {
      return of(Positioning.HASH, owns);
    }

    /** Positions that nothing is special about. */
    public static Positioned of(Positioning by, Map<ShardId, Positions> owns) {
      return new Positioned(by, owns, Map.of(), Map.of(), List.of(), List.of());
    }

    /** The placement by the owners. */
    public Placement placement() {
      return new PositionPlacement(by, owns);
    }

    /** The same with its owner of nothing left out. */
    Positioned without(ShardId shard) {
      if (!owns.containsKey(shard) || !ownedBy(shard).isEmpty()) {
        return this;
      }
      Map<ShardId, Positions> others = new LinkedHashMap<>(owns);
      others.remove(shard);
      return new Positioned(by, others, hides, holds, since, comes);
    }

    /** What a shard owns; none if it is not named. */
    public Positions ownedBy(ShardId shard) {
      return owns.getOrDefault(shard, Positions.NONE);
    }
  }

  /**
   * From where on a shard's replicas have what a move brought.
   *
   * @param position a place in the log of the shard's primary, as PostgreSQL writes it
   */
  public record Since(ShardId shard, Positions positions, String position) {}
}
