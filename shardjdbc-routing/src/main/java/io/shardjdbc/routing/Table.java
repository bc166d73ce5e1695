package io.shardjdbc.routing;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table as the configuration declares it: where its rows are.
 *
 * <p>The name is folded as PostgreSQL folds names, outermost part first: {@code [posts]} or {@code
 * [app, posts]}. A name without a schema means the one in {@code public} or whichever the search
 * path finds.
 */
public sealed interface Table permits Table.Sharded, Table.Reference, Table.Single {

  /** The name's parts, folded; one or two. */
  List<String> name();

  /** The name as it is written in SQL, for messages. */
  default String displayName() {
    return Identifiers.display(name());
  }

  /**
   * A table whose rows are spread over the shards by their key.
   *
   * @param key the column or columns of the shard key, in the order that places
   * @param placement which shard owns which key; tables with equal placements are co-located,
   *     unless it shares keys
   * @param policy what statements may do that do not pin the key
   */
  record Sharded(List<String> name, List<KeyColumn> key, Placement placement, TablePolicy policy)
      implements Table {
    public Sharded {
      name = List.copyOf(name);
      key = List.copyOf(key);
      if (key.isEmpty()) {
        throw fault(name, "is sharded by no column");
      }
      if (key.stream().map(KeyColumn::name).distinct().count() < key.size()) {
        throw fault(name, "names a key column twice");
      }
      Optional<String> misfit = placement.misfit(key);
      if (misfit.isPresent()) {
        throw fault(name, misfit.get());
      }
    }

    /** A table with a policy on scatter alone. */
    public Sharded(
        List<String> name, List<KeyColumn> key, Placement placement, ScatterPolicy scatter) {
      this(name, key, placement, TablePolicy.of(scatter));
    }

    /** Whether a row of the other table lies where the rows of this one with the same key do. */
    public boolean keepsKeysWith(Sharded other) {
      return placement.equals(other.placement) && !placement.sharesKeys();
    }

    /** Whether statements that do not pin the key may run everywhere. */
    public ScatterPolicy scatter() {
      return policy.scatter() ? ScatterPolicy.ALLOW : ScatterPolicy.REFUSE;
    }

    private static RoutingException fault(List<String> name, String reason) {
      return new RoutingException(
          ErrorCode.BAD_CONFIGURATION, "table " + Identifiers.display(name) + " " + reason);
    }

    @Override // by hand, as the start of a program meets it: see docs/decisions.md
    public boolean equals(@Nullable Object other) {
      return other instanceof Sharded that
          && name.equals(that.name)
          && key.equals(that.key)
          && placement.equals(that.placement)
          && policy.equals(that.policy);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, key, placement, policy);
    }
  }

  /** A table with a full copy on every shard. */
  record Reference(List<String> name) implements Table {
    public Reference {
      name = List.copyOf(name);
    }
  }

  /** A table that lives on one shard whole. */
  record Single(List<String> name, ShardId shard) implements Table {
    public Single {
      name = List.copyOf(name);
    }
  }
}
