package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.Relatives;
import io.shardjdbc.routing.catalog.Catalog.Sequence;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what a table's name stands for. */
public final class Tables {

  private static final Set<String> SYSTEM_SCHEMAS =
      Set.of("pg_catalog", "information_schema", "pg_toast");

  private final RoutingConfiguration configuration;
  private final Catalog catalog;
  private final ShardMap map;

  public Tables(RoutingConfiguration configuration, Catalog catalog, ShardMap map) {
    this.configuration = configuration;
    this.catalog = catalog;
    this.map = map;
  }

  /** The same, where statements are planned by another map. */
  public Tables at(ShardMap other) {
    return new Tables(configuration, catalog, other);
  }

  /**
   * The map that a statement is planned by. What a plan keeps of it are names: an execution may
   * have another map, unless one of the two has a single shard.
   */
  public ShardMap map() {
    return map;
  }

  public List<ShardId> shards() {
    return map.shards();
  }

  /** Whether there is one shard only, which has every row. */
  public boolean isAlone() {
    return map.isAlone();
  }

  /** Whether servers may count for themselves: one has every row, and makes every number. */
  public boolean serversCount() {
    return isAlone() && !catalog().numbersElsewhere();
  }

  /** The name of the table's placement in maps. */
  public String placementOf(Table.Sharded table) {
    return configuration.placementOf(table);
  }

  public RoutingConfiguration configuration() {
    return configuration;
  }

  public Catalog catalog() {
    return catalog;
  }

  /**
   * The declaration of a table. The server's own catalogues are read on the first shard, so that
   * two look-ups agree.
   *
   * @throws RoutingException where it is not declared
   */
  public Table declared(Name name) {
    return declared(local(name));
  }

  public Table declared(List<String> parts) {
    return find(parts).orThrow();
  }

  /** The declaration of a table, if there is one. */
  public Found<Table> find(List<String> parts) {
    if (isSystem(parts)) {
      return Found.of(new Table.Single(parts, map.first()));
    }
    Table table = configuration.table(parts).orElse(null);
    if (table == null) {
      return partition(parts);
    }
    return configuration.declares(parts) ? Found.of(table) : undeclared(parts, table);
  }

  /** Where no shard takes what is not declared: a partition of a table that is, or nothing. */
  private Found<Table> partition(List<String> parts) {
    boolean ofRows = catalog.table(parts).map(shape -> !shape.view()).orElse(false);
    return (ofRows ? catalog.relatives(parts) : Optional.<Relatives>empty())
        .flatMap(kin -> kin.ancestors().stream().filter(configuration::declares).findFirst())
        .map(ancestor -> find(ancestor).map(table -> like(table, parts)))
        .orElseGet(
            () -> Found.refused(isView(parts) ? undeclaredView(parts) : undeclaredTable(parts)));
  }

  private boolean isView(List<String> parts) {
    return catalog.table(parts).map(TableShape::view).orElse(false);
  }

  private static Refusal undeclaredView(List<String> parts) {
    return Refusal.of(ErrorCode.UNDECLARED_VIEW, Identifiers.display(parts));
  }

  private static Refusal undeclaredTable(List<String> parts) {
    return Refusal.of(ErrorCode.UNDECLARED_TABLE, Identifiers.display(parts));
  }

  /**
   * A table that lives on the default shard, unless it shares rows with one that does not: a
   * partition is spread as the table it belongs to. A view arrives here where a statement writes
   * through it, or where its definition cannot take its place.
   */
  private Found<Table> undeclared(List<String> parts, Table onDefaultShard) {
    Optional<Relatives> relatives = catalog.relatives(parts);
    if (relatives.isEmpty() || map.isAlone()) {
      return Found.of(onDefaultShard);
    }
    if (isSpreadView(parts)) {
      return Found.refused(undeclaredView(parts));
    }
    for (List<String> ancestor : relatives.get().ancestors()) {
      if (configuration.declares(ancestor)) {
        return find(ancestor).map(table -> like(table, parts));
      }
    }
    for (List<String> descendant : relatives.get().descendants()) {
      if (configuration.declares(descendant)) {
        return Found.refused(undeclaredTable(parts));
      }
    }
    return Found.of(onDefaultShard);
  }

  /**
   * The tables that a name in users' code may mean, by its search path or another: declared ones,
   * or what an undeclared view or partition belongs to. Empty where there is no such table, so that
   * it is a temporary or a transition table.
   */
  public List<Table> behind(List<String> parts) {
    if (isSystem(parts)) {
      return List.of(declared(parts));
    }
    if (parts.size() > 1 && configuration.declares(parts)) {
      return List.of(declared(parts));
    }
    List<Table> found = new ArrayList<>();
    if (parts.size() == 1) {
      for (Table table : configuration.tables().values()) {
        if (table.name().get(table.name().size() - 1).equals(parts.get(0))) {
          found.add(table);
        }
      }
    }
    if (!found.isEmpty()) {
      return found;
    }
    Optional<Relatives> relatives = catalog.relatives(parts);
    if (relatives.isEmpty()) {
      return found;
    }
    for (List<String> ancestor : relatives.get().ancestors()) {
      if (configuration.declares(ancestor)) {
        found.add(declared(ancestor));
      }
    }
    configuration.table(parts).filter(table -> found.isEmpty()).ifPresent(found::add);
    return found;
  }

  /** Whether each shard has all rows of what a name in users' code may mean. */
  public boolean isCopied(List<String> parts) {
    List<Table> behind = isSystem(parts) ? List.of() : behind(parts);
    return !behind.isEmpty() && behind.stream().allMatch(Table.Reference.class::isInstance);
  }

  /** Whether it is a view that is not declared and reads what lies elsewhere than it would. */
  public boolean isSpreadView(List<String> parts) {
    if (configuration.declares(parts) || isSystem(parts) || map.isAlone() || !isView(parts)) {
      return false;
    }
    Optional<Table> home = configuration.table(parts);
    return catalog.relatives(parts).stream()
        .flatMap(relatives -> relatives.ancestors().stream())
        .filter(configuration::declares)
        .flatMap(ancestor -> configuration.table(ancestor).stream())
        .anyMatch(table -> home.isEmpty() || !alike(home.get(), table));
  }

  private static Table like(Table table, List<String> name) {
    if (table instanceof Table.Sharded sharded) {
      return new Table.Sharded(name, sharded.key(), sharded.placement(), sharded.policy());
    }
    return table instanceof Table.Single single
        ? new Table.Single(name, single.shard())
        : new Table.Reference(name);
  }

  /** Where a sequence counts: with the table of one shard that it belongs to, or first of all. */
  public ShardId homeOf(Optional<Sequence> sequence) {
    Optional<Table> owner =
        sequence
            .map(Sequence::owner)
            .filter(name -> !name.isEmpty())
            .map(name -> find(name).orNull());
    return owner.isPresent() && owner.get() instanceof Table.Single single
        ? single.shard()
        : configuration.shards().get(0);
  }

  /** A sequence that is read as a table of one row, which is true where it counts. */
  private Found<Table> read(List<String> parts) {
    boolean other =
        isAlone() || isSystem(parts) || configuration.declares(parts) || catalog.numbersElsewhere();
    Optional<Sequence> sequence = other ? Optional.empty() : catalog.sequence(parts);
    return sequence.isEmpty() ? find(parts) : Found.of(new Table.Single(parts, homeOf(sequence)));
  }

  /** An occurrence of a table in FROM or as the target of a write. */
  public Found<TableVariable> variable(int id, FromItem.Table node) {
    List<String> parts = local(node.name());
    return read(parts)
        .then(
            table -> {
              TableShape shape = isSystem(parts) ? null : catalog.table(parts).orElse(null);
              Refusal key =
                  shape != null && table instanceof Table.Sharded sharded
                      ? wrongKey(sharded, shape)
                      : null;
              return key == null ? Found.of(variable(id, node, table, shape)) : Found.refused(key);
            });
  }

  /** What the catalogue knows of a sharded table, if it does; refused where its key is wrong. */
  public Found<Optional<TableShape>> keyedShape(Table.Sharded table) {
    Optional<TableShape> shape = catalog.table(table.name());
    Refusal key = shape.isPresent() ? wrongKey(table, shape.get()) : null;
    return key == null ? Found.of(shape) : Found.refused(key);
  }

  private TableVariable variable(
      int id, FromItem.Table node, Table table, @Nullable TableShape shape) {
    String placement = table instanceof Table.Sharded sharded ? placementOf(sharded) : "";
    return new TableVariable(id, node, table, shape, placement);
  }

  /** Another occurrence of a table, which is read as it is known already. */
  public TableVariable again(int id, TableVariable other) {
    return variable(id, other.node(), other.table(), other.shape().orElse(null));
  }

  /** What stands for a table in the rest of a walk that has an objection to it. */
  public TableVariable standIn(int id, FromItem.Table node) {
    return variable(id, node, new Table.Single(local(node.name()), map.first()), null);
  }

  /** Refuses a key that does not exist, or whose equality is not what the hash goes by. */
  private static @Nullable Refusal wrongKey(Table.Sharded table, TableShape shape) {
    for (KeyColumn key : table.key()) {
      ColumnShape column = shape.column(key.name()).orElse(null);
      if (column == null) {
        return Refusal.of(
            ErrorCode.BAD_CONFIGURATION,
            "table " + table.displayName() + " has no column " + key.name());
      }
      Optional<KeyType> type = KeyType.named(column.type());
      if (type.isEmpty() || !column.exactEquality()) {
        return Refusal.of(
            ErrorCode.KEY_TYPE_UNSUPPORTED, table.displayName(), key.name(), column.sqlType());
      }
      if (key.type().isPresent() && !key.type().equals(type)) {
        return Refusal.of(
            ErrorCode.BAD_CONFIGURATION,
            "key "
                + key.name()
                + " of table "
                + table.displayName()
                + " is declared as "
                + key.type().get().sqlName()
                + ", the column is "
                + column.sqlType());
      }
    }
    return null;
  }

  /** Without the name of the database. */
  public static List<String> local(Name name) {
    List<String> parts = name.parts();
    return parts.size() > 2 ? parts.subList(parts.size() - 2, parts.size()) : parts;
  }

  public static boolean isSystem(List<String> parts) {
    return parts.size() > 1
        ? SYSTEM_SCHEMAS.contains(parts.get(0))
        : parts.get(0).startsWith("pg_");
  }

  /** Whether a row of one lies where the same row of the other does. */
  public static boolean alike(Table one, Table other) {
    if (one instanceof Table.Single a && other instanceof Table.Single b) {
      return a.shard().equals(b.shard());
    } else if (one instanceof Table.Sharded a && other instanceof Table.Sharded b) {
      return a.key().equals(b.key()) && a.keepsKeysWith(b);
    }
    return one instanceof Table.Reference && other instanceof Table.Reference;
  }
}
