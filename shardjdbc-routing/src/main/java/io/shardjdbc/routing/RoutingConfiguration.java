package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that routing knows of a deployment: its shards, where each table's rows are, and policies.
 *
 * <p>Immutable, validated at construction; every fault is a {@link RoutingException} with {@link
 * ErrorCode#BAD_CONFIGURATION} or {@link ErrorCode#BAD_PLACEMENT}.
 *
 * @param shards every shard, in the order of the configuration
 * @param tables the declared tables by their folded names
 * @param defaultShard where undeclared tables live; empty when they are refused
 * @param scatter the policy for tables that do not say their own
 * @param functions what is promised of users' functions, by their folded names
 */
public record RoutingConfiguration(
    List<ShardId> shards,
    Map<List<String>, Table> tables,
    Optional<ShardId> defaultShard,
    ScatterPolicy scatter,
    Map<List<String>, FunctionPromise> functions) {

  private static final String PUBLIC = "public";

  public RoutingConfiguration {
    shards = List.copyOf(shards);
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    functions = Map.copyOf(functions);
    ShardLists.check("the configuration", shards);
    for (Table table : tables.values()) {
      checkName(tables, table);
      for (ShardId shard : shardsOf(table)) {
        checkKnown(shards, shard, "table " + table.displayName());
      }
    }
    if (defaultShard.isPresent()) {
      checkKnown(shards, defaultShard.get(), "table *");
    }
  }

  /** A configuration that promises nothing of functions. */
  public RoutingConfiguration(
      List<ShardId> shards,
      Map<List<String>, Table> tables,
      Optional<ShardId> defaultShard,
      ScatterPolicy scatter) {
    this(shards, tables, defaultShard, scatter, Map.of());
  }

  /** What is promised of a function: by its name, or by its schema and name. */
  public Optional<FunctionPromise> promise(String schema, String name) {
    FunctionPromise whole = functions.get(List.of(schema, name));
    return Optional.ofNullable(whole != null ? whole : functions.get(List.of(name)));
  }

  /**
   * The shards whose system catalogues together have all tables: the first, which has all that are
   * on every shard, and those on which tables live that it has not.
   */
  public List<ShardId> catalogShards() {
    ShardId first = shards.get(0);
    List<ShardId> all = new ArrayList<>(1);
    for (ShardId shard : shards) {
      if (shard.equals(first) || hasTablesAlone(shard)) {
        all.add(shard);
      }
    }
    return List.copyOf(all);
  }

  /**
   * Whether it says that something is on a shard which no map of positions moves: tables of one
   * shard, or the catalogue that is read besides theirs.
   */
  public boolean needs(ShardId shard) {
    List<ShardId> catalogues = catalogShards();
    return hasTablesAlone(shard) || (catalogues.size() > 1 && catalogues.contains(shard));
  }

  private boolean hasTablesAlone(ShardId shard) {
    for (Table table : tables.values()) {
      if (table instanceof Table.Single one && one.shard().equals(shard)) {
        return true;
      }
    }
    return defaultShard.isPresent() && defaultShard.get().equals(shard);
  }

  /** A builder with nothing in it. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The table a name in a statement means, or nothing when it is not declared.
   *
   * <p>{@code posts} and {@code public.posts} are one name, declared either way; another schema has
   * to be declared. With a default shard, whatever is not declared is a {@link Table.Single} there.
   *
   * @param name the parts, folded, outermost first
   */
  public Optional<Table> table(List<String> name) {
    Table declared = tables.get(name);
    if (declared == null && name.size() == 1) {
      declared = tables.get(List.of(PUBLIC, name.get(0)));
    }
    if (declared == null && name.size() == 2 && name.get(0).equals(PUBLIC)) {
      declared = tables.get(name.subList(1, 2));
    }
    return declared != null
        ? Optional.of(declared)
        : defaultShard.map(shard -> new Table.Single(name, shard));
  }

  /** Whether a name in a statement means a table that is declared by itself. */
  public boolean declares(List<String> name) {
    return table(name).filter(tables::containsValue).isPresent();
  }

  /**
   * The placements of the sharded tables, by name. A name is that of the first table which is
   * placed so; tables with equal placements share it, and stay co-located whatever becomes of it.
   */
  public Map<String, Placement> placements() {
    Map<String, Placement> byName = new LinkedHashMap<>();
    for (Table table : tables.values()) {
      if (table instanceof Table.Sharded sharded) {
        byName.putIfAbsent(placementOf(sharded), sharded.placement());
      }
    }
    return byName;
  }

  /** The name of the table's placement: see {@link #placements()}. */
  public String placementOf(Table.Sharded table) {
    for (Table other : tables.values()) {
      if (other instanceof Table.Sharded first && first.placement().equals(table.placement())) {
        return first.displayName();
      }
    }
    return table.displayName();
  }

  private static void checkName(Map<List<String>, Table> tables, Table table) {
    List<String> name = table.name();
    if (name.size() > 2) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "table " + table.displayName() + " is named by more than schema and table");
    }
    if (name.size() == 1 && tables.containsKey(List.of(PUBLIC, name.get(0)))) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "table " + table.displayName() + " is declared with and without its schema public");
    }
  }

  private static List<ShardId> shardsOf(Table table) {
    if (table instanceof Table.Sharded sharded) {
      return sharded.placement().shards();
    }
    return table instanceof Table.Single single ? List.of(single.shard()) : List.of();
  }

  private static void checkKnown(List<ShardId> shards, ShardId shard, String where) {
    if (!shards.contains(shard)) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION, where + " names shard " + shard + ", which does not exist");
    }
  }

  /**
   * Collects tables; not thread-safe.
   *
   * <p>Names are written as in SQL: {@code posts}, {@code app.posts}, {@code "Quoted Name"}.
   */
  public static final class Builder {
    private final List<ShardId> shards = new ArrayList<>();
    private final List<Function<Placement, Table>> tables = new ArrayList<>();
    private @Nullable Placement placement;
    private @Nullable ShardId defaultShard;
    private ScatterPolicy scatter = ScatterPolicy.ALLOW;
    private boolean tenantGuard;
    private final Map<List<String>, FunctionPromise> functions = new HashMap<>();
    private final Map<List<String>, UnaryOperator<TablePolicy>> policies = new HashMap<>();

    private Builder() {}

    /** Adds shards by name. */
    public Builder shards(String... names) {
      for (String name : names) {
        shards.add(new ShardId(name));
      }
      return this;
    }

    /** Adds shards. */
    public Builder shards(List<ShardId> more) {
      shards.addAll(more);
      return this;
    }

    /**
     * The placement of tables that do not say their own; a default ring of all shards unless told.
     */
    public Builder placement(Placement ofTables) {
      this.placement = ofTables;
      return this;
    }

    /** The policy of tables that do not say their own; to allow unless told. */
    public Builder scatter(ScatterPolicy policy) {
      this.scatter = policy;
      return this;
    }

    /**
     * Refuses statements that do not pin the keys of sharded tables, all of them, whatever else
     * they say; see {@link TablePolicy#tenantGuard()}.
     */
    public Builder tenantGuard() {
      this.tenantGuard = true;
      return this;
    }

    /**
     * Changes the policy of a sharded table: {@code policy("posts", p -> p.withGather(false))}. It
     * starts as that of all tables.
     */
    public Builder policy(String table, UnaryOperator<TablePolicy> change) {
      policies.merge(parse(table), change, (one, next) -> policy -> next.apply(one.apply(policy)));
      return this;
    }

    /** Declares a table sharded by the column, or by several columns together. */
    public Builder sharded(String table, String... keyColumns) {
      List<KeyColumn> key =
          List.of(keyColumns).stream().map(Builder::column).map(KeyColumn::of).toList();
      return with((common, policy) -> new Table.Sharded(parse(table), key, common, policy));
    }

    /** Declares a table that is copied to every shard. */
    public Builder reference(String table) {
      return table(new Table.Reference(parse(table)));
    }

    /** Declares a table that lives on one shard. */
    public Builder single(String table, String shard) {
      return table(new Table.Single(parse(table), new ShardId(shard)));
    }

    /** Declares a table in full. */
    public Builder table(Table table) {
      tables.add(common -> table);
      return this;
    }

    /** Promises something of a function of the user's own, of all that have its name. */
    public Builder function(String name, FunctionPromise promise) {
      functions.put(parse(name), promise);
      return this;
    }

    /** Where tables live that are not declared; they are refused unless told. */
    public Builder defaultShard(String shard) {
      this.defaultShard = new ShardId(shard);
      return this;
    }

    /**
     * The configuration.
     *
     * @throws RoutingException when something in it contradicts the rest
     */
    public RoutingConfiguration build() {
      Placement common = placement != null ? placement : Placements.ring(shards);
      Map<List<String>, Table> byName = new LinkedHashMap<>();
      for (Function<Placement, Table> declaration : tables) {
        Table table = withPolicy(declaration.apply(common));
        if (byName.put(table.name(), table) != null) {
          throw new RoutingException(
              ErrorCode.BAD_CONFIGURATION, "table " + table.displayName() + " is declared twice");
        }
      }
      for (List<String> name : policies.keySet()) {
        if (!(byName.get(name) instanceof Table.Sharded)) {
          throw new RoutingException(
              ErrorCode.BAD_CONFIGURATION,
              "a policy is given for "
                  + Identifiers.display(name)
                  + ", which is not declared as a sharded table");
        }
      }
      return new RoutingConfiguration(
          shards, byName, Optional.ofNullable(defaultShard), scatter, functions);
    }

    private Table withPolicy(Table table) {
      if (!(table instanceof Table.Sharded sharded)) {
        return table;
      }
      TablePolicy common = tenantGuard ? sharded.policy().withTenantGuard(true) : sharded.policy();
      TablePolicy policy =
          policies.getOrDefault(table.name(), UnaryOperator.identity()).apply(common);
      return new Table.Sharded(sharded.name(), sharded.key(), sharded.placement(), policy);
    }

    private Builder with(BiFunction<Placement, ScatterPolicy, Table> declaration) {
      tables.add(common -> declaration.apply(common, scatter));
      return this;
    }

    private static List<String> parse(String table) {
      return Identifiers.parse(table);
    }

    private static String column(String name) {
      List<String> parts = Identifiers.parse(name);
      if (parts.size() != 1) {
        throw new RoutingException(
            ErrorCode.BAD_CONFIGURATION, "'" + name + "' is not the name of a column");
      }
      return parts.get(0);
    }
  }
}
