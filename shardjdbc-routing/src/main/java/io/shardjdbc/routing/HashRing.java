package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A consistent-hash ring with virtual nodes: the placement that moves few keys when shards change.
 *
 * <p>The ring is the signed 64-bit numbers, joined end to start. Each shard stands on it at many
 * positions, its virtual nodes: {@code hash(shard + ":vn" + i)} for i from 0. A key belongs to the
 * first virtual node at or after the key's own position; past the greatest position, to the one at
 * the least. So a virtual node owns the positions from just behind its predecessor up to and
 * including its own, and a shard that joins takes small pieces from all others and nothing else
 * moves (D. Karger et al., "Consistent Hashing and Random Trees", STOC 1997).
 *
 * <p>Where two shards' virtual nodes fall on one position, the shard with the lesser name has it,
 * whichever joined first: the ring depends on its nodes only, never on its history.
 *
 * <p>Immutable and thread-safe. {@link #add} and {@link #remove} make a new ring and name the
 * ranges that move. Two rings are equal when their positions, owners and hash are; zones only
 * matter to {@link #get(Key, int)}. A look-up is one hash and one binary search.
 */
public final class HashRing implements Placement {
  private final List<Node> nodes;
  private final int virtualNodes;
  private final KeyHash hash;

  /** Ascending, each once; {@code owners} runs in parallel. */
  private final long[] positions;

  private final ShardId[] owners;

  /** Plans are compared by the placements of their tables, and a ring has many positions. */
  private final int hashCode;

  private HashRing(List<Node> nodes, int virtualNodes, KeyHash hash) {
    this.nodes = List.copyOf(nodes);
    this.virtualNodes = virtualNodes;
    this.hash = hash;
    TreeMap<Long, ShardId> ring = new TreeMap<>();
    for (Node node : this.nodes) {
      for (int i = 0; i < virtualNodes * node.weight(); i++) {
        ring.merge(
            hash.of(Key.of(node.shard() + ":vn" + i)),
            node.shard(),
            (one, other) -> one.compareTo(other) <= 0 ? one : other);
      }
    }
    this.positions = ring.keySet().stream().mapToLong(Long::longValue).toArray();
    this.owners = ring.values().toArray(ShardId[]::new);
    this.hashCode = Arrays.hashCode(positions);
  }

  /** A builder with no shards, 150 virtual nodes a unit of weight, and PostgreSQL's hash. */
  public static Builder builder() {
    return new Builder();
  }

  /** The shard that owns the key; the same as {@link #shardOf}. */
  public ShardId get(Key key) {
    return ownerAt(hash.of(key));
  }

  /**
   * The key's shard and further distinct ones, for copies: in the order they stand on the ring from
   * the key on, except that a zone comes again only when every zone has come as often. A shard that
   * names no zone counts as a zone of its own.
   *
   * @param count how many; at least 1, at most the number of shards
   */
  public List<ShardId> get(Key key, int count) {
    if (count < 1 || count > nodes.size()) {
      throw new RoutingException(
          ErrorCode.USAGE, "a ring of " + nodes.size() + " shards cannot give " + count);
    }
    return ZoneSpread.choose(nodesFrom(indexOf(hash.of(key))), count);
  }

  /** The shard that owns a position. */
  @Override
  public ShardId ownerAt(long position) {
    return owners[indexOf(position)];
  }

  /** The position ranges the shard owns, ascending, no two adjacent; empty for an unknown shard. */
  public List<PositionRange> ranges(ShardId shard) {
    List<PositionRange> ranges = new ArrayList<>();
    for (RingSegment segment : segments()) {
      if (segment.owner().equals(shard)) {
        PositionRanges.append(ranges, segment.range());
      }
    }
    return List.copyOf(ranges);
  }

  /**
   * The SQL condition that a row belongs to the shard, for audits, clean-up and row filters: {@code
   * hashint8extended("user_id", 0) BETWEEN ... OR ...}, in parentheses.
   *
   * @param column the key column's name as the catalog has it; quoted here
   * @throws RoutingException {@link ErrorCode#USAGE} when the ring's hash is not PostgreSQL's
   */
  public String ownershipPredicate(String column, KeyType type, ShardId shard) {
    if (hash != KeyHash.postgres()) {
      throw new RoutingException(
          ErrorCode.USAGE, "ownership is a condition in SQL only on a ring by postgres hash");
    }
    String hashed = type.hashOf(Identifiers.quote(column));
    return PositionRanges.condition(ranges(shard), hashed);
  }

  /**
   * The ring with one more shard.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when the ring has the shard
   */
  public Change add(Node node) {
    List<Node> more = new ArrayList<>(nodes);
    more.add(node);
    return changeTo(more);
  }

  /**
   * The ring without a shard.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when the ring does not have the shard,
   *     or has no other
   */
  public Change remove(ShardId shard) {
    List<Node> fewer = nodes.stream().filter(n -> !n.shard().equals(shard)).toList();
    if (fewer.size() == nodes.size()) {
      throw new RoutingException(ErrorCode.BAD_PLACEMENT, "the ring has no shard " + shard);
    }
    return changeTo(fewer);
  }

  private Change changeTo(List<Node> changed) {
    HashRing ring = builder().virtualNodes(virtualNodes).hash(hash).nodes(changed).build();
    return new Change(ring, RingSegment.moves(segments(), ring.segments()));
  }

  /** The shards with their weights and zones, in the order they were given. */
  public List<Node> nodes() {
    return nodes;
  }

  /** What gives keys and virtual nodes their positions. */
  public KeyHash hash() {
    return hash;
  }

  @Override
  public ShardId shardOf(Key key) {
    return get(key);
  }

  @Override
  public ShardId shardOf(Key key, long postgres) {
    return hash == KeyHash.postgres() ? ownerAt(postgres) : get(key);
  }

  @Override
  public List<ShardId> shards() {
    return nodes.stream().map(Node::shard).toList();
  }

  @Override
  public List<ShardId> ownersWithin(PositionRange range) {
    if (hash != KeyHash.postgres()) {
      return shards();
    }
    Set<ShardId> owning = new LinkedHashSet<>();
    int last = indexOf(range.last());
    for (int i = indexOf(range.first()); i != last; i = (i + 1) % owners.length) {
      owning.add(owners[i]);
    }
    owning.add(owners[last]);
    return List.copyOf(owning);
  }

  @Override
  public Optional<Map<ShardId, Positions>> positions() {
    Map<ShardId, Positions> owns = new LinkedHashMap<>();
    shards().forEach(shard -> owns.put(shard, Positions.of(ranges(shard))));
    return Optional.of(owns);
  }

  @Override
  public Optional<Positioning> positioning() {
    return hash == KeyHash.postgres() ? Optional.of(Positioning.HASH) : Optional.empty();
  }

  @Override
  public String describe() {
    return "ring of " + nodes.size() + " shards by " + hash + " hash";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HashRing ring
        && hash.equals(ring.hash)
        && Arrays.equals(positions, ring.positions)
        && Arrays.equals(owners, ring.owners);
  }

  @Override
  public int hashCode() {
    return hashCode;
  }

  @Override
  public String toString() {
    return describe();
  }

  private int indexOf(long position) {
    int found = Arrays.binarySearch(positions, position);
    int index = found >= 0 ? found : -found - 1;
    return index == positions.length ? 0 : index;
  }

  private List<Node> nodesFrom(int index) {
    List<ShardId> order = new ArrayList<>();
    for (int i = 0; i < owners.length && order.size() < nodes.size(); i++) {
      ShardId owner = owners[(index + i) % owners.length];
      if (!order.contains(owner)) {
        order.add(owner);
      }
    }
    // A shard whose every virtual node fell on another's stands nowhere; it comes last.
    nodes.stream().map(Node::shard).filter(s -> !order.contains(s)).forEach(order::add);
    return order.stream()
        .map(s -> nodes.stream().filter(n -> n.shard().equals(s)).findFirst().orElseThrow())
        .toList();
  }

  /**
   * The whole ring in ascending pieces of one owner each; the last one wraps to the first owner.
   */
  private List<RingSegment> segments() {
    List<RingSegment> segments = new ArrayList<>(positions.length + 1);
    long first = Long.MIN_VALUE;
    for (int i = 0; i < positions.length; i++) {
      segments.add(new RingSegment(new PositionRange(first, positions[i]), owners[i]));
      first = positions[i] + 1;
    }
    if (positions[positions.length - 1] != Long.MAX_VALUE) {
      segments.add(new RingSegment(new PositionRange(first, Long.MAX_VALUE), owners[0]));
    }
    return segments;
  }

  /**
   * A shard as it stands on the ring.
   *
   * @param shard its name
   * @param weight how many shares of the keys it takes, at least 1
   * @param zone where it runs, for {@link HashRing#get(Key, int)}
   */
  public record Node(ShardId shard, int weight, Optional<String> zone) {
    public Node {
      if (weight < 1) {
        throw new RoutingException(
            ErrorCode.BAD_PLACEMENT, "weight of shard " + shard + " is less than 1");
      }
    }

    /** A shard of weight 1 in no zone. */
    public static Node of(ShardId shard) {
      return new Node(shard, 1, Optional.empty());
    }

    /** The same shard with another weight. */
    public Node withWeight(int newWeight) {
      return new Node(shard, newWeight, zone);
    }

    /** The same shard in a zone. */
    public Node inZone(String newZone) {
      return new Node(shard, weight, Optional.of(newZone));
    }
  }

  /**
   * A changed ring and what moves on the way to it.
   *
   * @param ring the new ring
   * @param moves every position whose owner differs, ascending, each once; adjacent positions with
   *     the same owners are one move
   */
  public record Change(HashRing ring, List<Move> moves) {
    public Change {
      moves = List.copyOf(moves);
    }
  }

  /**
   * A range of positions that changes its owner.
   *
   * @param range the positions, both ends included; never wrapping round the end of the ring
   * @param from the owner before
   * @param to the owner after
   */
  public record Move(PositionRange range, ShardId from, ShardId to) {}

  /** Collects a ring's shards; not thread-safe. */
  public static final class Builder {
    private static final int MAX_POSITIONS = 1_000_000;

    private final List<Node> nodes = new ArrayList<>();
    private int virtualNodes = 150;
    private KeyHash hash = KeyHash.postgres();

    private Builder() {}

    /** Adds shards of weight 1 in no zone. */
    public Builder shards(List<ShardId> shards) {
      return nodes(shards.stream().map(Node::of).toList());
    }

    /** Adds shards. */
    public Builder nodes(List<Node> more) {
      nodes.addAll(more);
      return this;
    }

    /** Adds a shard. */
    public Builder node(Node node) {
      nodes.add(node);
      return this;
    }

    /** How many virtual nodes a shard has for each unit of weight; 150 unless told. */
    public Builder virtualNodes(int count) {
      this.virtualNodes = count;
      return this;
    }

    /** What gives keys and virtual nodes their positions; PostgreSQL's hash unless told. */
    public Builder hash(KeyHash keyHash) {
      this.hash = keyHash;
      return this;
    }

    /**
     * The ring.
     *
     * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when there is no shard, a shard
     *     comes twice, or the virtual nodes are fewer than 1 or more than a million in all
     */
    public HashRing build() {
      ShardLists.check("ring", nodes.stream().map(Node::shard).toList());
      if (virtualNodes < 1) {
        throw new RoutingException(ErrorCode.BAD_PLACEMENT, "virtualNodes is less than 1");
      }
      long total = nodes.stream().mapToLong(n -> (long) n.weight() * virtualNodes).sum();
      if (total > MAX_POSITIONS) {
        throw new RoutingException(
            ErrorCode.BAD_PLACEMENT, "a ring has at most " + MAX_POSITIONS + " virtual nodes");
      }
      return new HashRing(nodes, virtualNodes, hash);
    }
  }
}
