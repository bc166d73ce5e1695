package io.shardjdbc.routing;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A ring on which some hot keys have several owners: the key's shard and those behind it.
 *
 * <p>One key's rows are too many, or written too often, for one shard. Each new row of it goes to
 * one of its owners, so that the writes are spread; whoever reads the key asks them all.
 */
final class SaltedPlacement implements Placement {
  private final Set<Key> hot;
  private final int over;
  private final HashRing ring;
  private final KeyShape shape;

  SaltedPlacement(Collection<Key> hot, int over, HashRing ring) {
    this.hot = Set.copyOf(hot);
    this.over = over;
    this.ring = ring;
    this.shape = KeyShape.common("salted", this.hot);
    if (over < 2 || over > ring.shards().size()) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT,
          "salted spreads a key over 2 to all of its ring's shards, not over " + over);
    }
  }

  @Override
  public ShardId shardOf(Key key) {
    if (isHot(key)) {
      throw new RoutingException(ErrorCode.KEY_SHARED, "one owner of a key that has several");
    }
    return ring.shardOf(key);
  }

  @Override
  public List<ShardId> ownersOf(Key key) {
    return isHot(key) ? ring.get(key, over) : List.of(ring.shardOf(key));
  }

  @Override
  public ShardId ownerOfNew(Key key, long draw) {
    return isHot(key)
        ? ring.get(key, over).get((int) Long.remainderUnsigned(draw, over))
        : ring.shardOf(key);
  }

  private boolean isHot(Key key) {
    shape.check("salted", key);
    return hot.contains(key);
  }

  @Override
  public boolean sharesKeys() {
    return true;
  }

  @Override
  public Optional<String> misfit(List<KeyColumn> key) {
    return shape.misfit(key);
  }

  @Override
  public List<ShardId> shards() {
    return ring.shards();
  }

  @Override
  public String describe() {
    return hot.size() + " keys over " + over + " shards each, the rest by " + ring.describe();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SaltedPlacement salted
        && hot.equals(salted.hot)
        && over == salted.over
        && ring.equals(salted.ring);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * hot.hashCode() + over) + ring.hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
