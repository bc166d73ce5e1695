package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.PositionedId;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows lie that a statement needs, to be found once the values are known.
 *
 * <p>Immutable and thread-safe.
 */
public final class Targets {

  /** More combinations of a composite key than this are not worth counting. */
  private static final int MAX_COMBINATIONS = 1_000;

  /**
   * The rows of one table that matter.
   *
   * @param domains for each column of the key what is known of it, null for nothing
   * @param types the columns' types
   * @param placement the name that maps have for where the table's keys lie
   * @param ids what is known of ids that carry the keys' positions; null for nothing
   */
  public record Target(
      Table.Sharded table,
      List<@Nullable Domain> domains,
      List<Optional<KeyType>> types,
      String placement,
      @Nullable Domain ids) {

    public Target {
      domains =
          domains.size() == 1
              ? Collections.singletonList(domains.get(0))
              : Collections.unmodifiableList(new ArrayList<>(domains));
      types = List.copyOf(types);
    }

    /** Rows whose ids say nothing of their keys. */
    public Target(
        Table.Sharded table,
        List<@Nullable Domain> domains,
        List<Optional<KeyType>> types,
        String placement) {
      this(table, domains, types, placement, null);
    }

    /** The ids these rows can have, where ids tell where their keys lie; else anything. */
    KeySet ids(List<@Nullable Object> values) {
      return new KeyReader(Optional.of(KeyType.INTEGER), values).read(ids);
    }

    /** The keys these rows can have. */
    public KeySet keys(List<@Nullable Object> values) {
      if (domains.size() == 1) {
        return new KeyReader(types.get(0), values).read(domains.get(0));
      }
      List<List<Key>> combinations = List.of(List.of());
      for (int i = 0; i < domains.size(); i++) {
        KeySet column = new KeyReader(types.get(i), values).read(domains.get(i));
        if (!(column instanceof KeySet.Keys keys)
            || (long) keys.keys().size() * combinations.size() > MAX_COMBINATIONS) {
          return KeySet.anything();
        }
        List<List<Key>> longer = new ArrayList<>();
        for (List<Key> start : combinations) {
          for (Key key : keys.keys()) {
            List<Key> combination = new ArrayList<>(start);
            combination.add(key);
            longer.add(combination);
          }
        }
        combinations = longer;
      }
      Set<Key> composed = new LinkedHashSet<>();
      combinations.forEach(columns -> composed.add(Key.ofColumns(columns)));
      return new KeySet.Keys(composed);
    }

    /** The one key these rows have, found in the simplest way; null where that does not tell. */
    @Nullable Key key(List<@Nullable Object> values) {
      return domains.size() == 1
              && domains.get(0) instanceof Domain.Terms terms
              && terms.terms().size() == 1
          ? new KeyReader(types.get(0), values).read(terms.terms().get(0), false).key()
          : null;
    }

    /** Whether the text pins it to one key with one owner, whatever that will be. */
    boolean isOneKey() {
      for (int i = 0; i < domains.size(); i++) {
        if (!(domains.get(i) instanceof Domain.Terms terms) || terms.terms().size() != 1) {
          return false;
        }
      }
      return !table.placement().sharesKeys();
    }

    @Override // by hand, as the start of a program meets it: see docs/decisions.md
    public boolean equals(@Nullable Object other) {
      return other instanceof Target that
          && table.equals(that.table)
          && domains.equals(that.domains)
          && types.equals(that.types)
          && placement.equals(that.placement)
          && Objects.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
      return Objects.hash(table, domains, types, placement, ids);
    }
  }

  /** The shards found, with the keys' hashes where all are known. */
  public static final class Found {
    private @Nullable ShardId first;
    private @Nullable Set<ShardId> several;
    private long firstHash;
    private long @Nullable [] hashes;
    private int count;
    private boolean anyKey;

    void add(Placement placement, Key key) {
      if (placement.sharesKeys()) {
        placement.ownersOf(key).forEach(this::include);
      } else {
        include(placement.shardOf(key)); // without a list for each read
      }
      hash(KeyHash.postgres().of(key));
    }

    /** Keys that nobody knows, of rows whose ids carry their positions. */
    private void addIds(Placement placement, Set<Key> ids) {
      for (Key id : ids) {
        if (id instanceof Key.OfLong number) {
          PositionRange range = PositionedId.positions(number.value());
          placement.ownersWithin(range).forEach(this::include);
        }
      }
      anyKey = true;
    }

    void add(Placement placement, KeySet keys) {
      if (keys instanceof KeySet.Keys known) {
        for (Key key : known.keys()) {
          add(placement, key);
        }
      } else if (keys instanceof KeySet.Range range) {
        placement.shardsBetween(range.low(), range.high()).forEach(this::include);
        anyKey = true;
      } else {
        placement.shards().forEach(this::include);
        anyKey = true;
      }
    }

    void add(ShardId shard) {
      include(shard);
      anyKey = true;
    }

    /** Most statements find one shard, for which no table of hashes is made. */
    private void include(ShardId shard) {
      if (first == null) {
        first = shard;
      } else if (several != null) {
        several.add(shard);
      } else if (!first.equals(shard)) {
        several = new LinkedHashSet<>(List.of(first, shard));
      }
    }

    private void hash(long hash) {
      if (count == 0) {
        firstHash = hash;
      } else {
        if (hashes == null) {
          hashes = new long[] {firstHash, 0};
        } else if (count == hashes.length) {
          hashes = Arrays.copyOf(hashes, 2 * count);
        }
        hashes[count] = hash;
      }
      count++;
    }

    /** The one shard that was found; null for none or several. */
    public @Nullable ShardId only() {
      return several == null ? first : null;
    }

    public Set<ShardId> shards() {
      if (several != null) {
        return several;
      }
      return first == null ? Set.of() : Set.of(first);
    }

    /** In ascending order, each once. */
    public KeyHashes hashes() {
      if (anyKey || count == 0) {
        return KeyHashes.any();
      }
      return hashes == null
          ? KeyHashes.of(firstHash)
          : KeyHashes.of(Arrays.stream(hashes, 0, count).sorted().distinct().toArray());
    }
  }

  private final List<Target> sharded;
  private final List<ShardId> fixed;

  /** Parameters through which keys of several tables are compared. */
  private final List<Integer> linked;

  private Targets(
      Collection<Target> sharded, Collection<ShardId> fixed, Collection<Integer> linked) {
    this.sharded = List.copyOf(sharded);
    this.fixed = List.copyOf(fixed);
    this.linked = List.copyOf(linked);
  }

  /** The targets of these tables, by what the statement says of their keys. */
  public static Targets of(List<TableVariable> tables, Facts facts, List<Target> more) {
    Set<Target> sharded = new LinkedHashSet<>(more);
    Set<ShardId> fixed = new LinkedHashSet<>();
    for (TableVariable table : tables) {
      if (table.table() instanceof Table.Sharded) {
        sharded.add(target(table, facts));
      } else if (table.table() instanceof Table.Single single) {
        fixed.add(single.shard());
      }
    }
    boolean several =
        tables.stream().filter(variable -> variable.table() instanceof Table.Sharded).count() > 1;
    return new Targets(sharded, fixed, several ? facts.linkedParameters() : Set.of());
  }

  public static Target target(TableVariable variable, Facts facts) {
    Table.Sharded table = (Table.Sharded) variable.table();
    List<@Nullable Domain> domains = new ArrayList<>();
    List<Optional<KeyType>> types = new ArrayList<>();
    List<ColumnId> key = variable.key();
    for (int i = 0; i < table.key().size(); i++) {
      domains.add(key.isEmpty() ? null : facts.domain(key.get(i)));
      types.add(variable.keyType(i));
    }
    Domain ids = variable.carrier().map(facts::domain).orElse(null);
    return new Target(table, domains, types, variable.placement(), ids);
  }

  public List<Target> sharded() {
    return sharded;
  }

  public List<ShardId> fixed() {
    return fixed;
  }

  /** Whether no table ties the statement to a shard. */
  public boolean isEmpty() {
    return sharded.isEmpty() && fixed.isEmpty();
  }

  /** Whether no values can lead to more than one shard. */
  public boolean isAlwaysOne() {
    return sharded.isEmpty()
        ? fixed.size() < 2
        : fixed.isEmpty() && sharded.size() == 1 && sharded.get(0).isOneKey();
  }

  /**
   * Whether the text pins all rows to keys, each to one, so that few values lead to more shards.
   */
  public boolean isPinned() {
    for (int i = 0; i < sharded.size(); i++) {
      if (!sharded.get(i).isOneKey()) {
        return false;
      }
    }
    return fixed.isEmpty() && !sharded.isEmpty();
  }

  /**
   * The same for a text that has other literals.
   *
   * @param other the literal in the place of one of these
   * @return null where something else than literals and parameters is a key
   */
  public @Nullable Targets with(UnaryOperator<Expr.Literal> other) {
    List<Target> changed = new ArrayList<>(sharded.size());
    for (Target target : sharded) {
      if (target.ids() != null) {
        return null;
      }
      List<@Nullable Domain> domains = new ArrayList<>(target.domains().size());
      for (Domain domain : target.domains()) {
        if (!(domain instanceof Domain.Terms terms) || terms.terms().size() != 1) {
          return null;
        }
        Expr term = terms.terms().get(0);
        if (term instanceof Expr.Literal literal) {
          domains.add(new Domain.Terms(List.of(other.apply(literal))));
        } else if (term instanceof Expr.Parameter) {
          domains.add(terms);
        } else {
          return null;
        }
      }
      Target one = new Target(target.table(), domains, target.types(), target.placement());
      if (!changed.contains(one)) {
        changed.add(one);
      }
    }
    return new Targets(changed, fixed, linked);
  }

  /**
   * The one key that matters, of which nothing else has to be found out; null where there are
   * others, or where values do not tell it.
   */
  public @Nullable Key onlyKey(List<@Nullable Object> values) {
    return sharded.size() == 1 && fixed.isEmpty() && linked.isEmpty()
        ? sharded.get(0).key(values)
        : null;
  }

  public Found find(List<@Nullable Object> values, ShardMap map) {
    for (int i = 0; i < linked.size(); i++) {
      int parameter = linked.get(i);
      if (!KeyValues.isExact(values.get(parameter - 1))) {
        throw new RoutingException(ErrorCode.KEY_THROUGH_INEXACT, "$" + parameter);
      }
    }
    Found found = new Found();
    for (int i = 0; i < fixed.size(); i++) {
      found.add(map.having(fixed.get(i)));
    }
    for (int i = 0; i < sharded.size(); i++) {
      Target target = sharded.get(i);
      Placement placement = map.placement(target.placement());
      Key key = target.key(values);
      if (key != null) {
        found.add(placement, key);
      } else {
        add(found, placement, target, values);
      }
    }
    return found;
  }

  private static void add(
      Found found, Placement placement, Target target, List<@Nullable Object> values) {
    KeySet keys = target.keys(values);
    if (!(keys instanceof KeySet.Keys)
        && target.ids() != null
        && target.ids(values) instanceof KeySet.Keys ids) {
      found.addIds(placement, ids.keys());
    } else {
      found.add(placement, keys);
    }
  }
}
