package io.shardjdbc;

import io.shardjdbc.SchemaFinding.Kind;
import io.shardjdbc.catalog.ConstraintRules;
import io.shardjdbc.catalog.ConstraintRules.Apart;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares what the servers have with what the configuration declares. Not thread-safe. */
final class SchemaCheck {

  private final ShardNodes nodes;
  private final RoutingConfiguration routing;
  private final ShardMap map;
  private final ConstraintRules rules;
  private boolean whole;
  private final Set<SchemaFinding> findings = new LinkedHashSet<>();
  private final Map<Table, Map<ShardId, TableShape>> shapes = new LinkedHashMap<>();
  private final Map<Table, Map<ShardId, String>> digests = new LinkedHashMap<>();

  SchemaCheck(ShardNodes nodes, RoutingConfiguration routing, ShardMap map, ConstraintRules rules) {
    this.nodes = nodes;
    this.routing = routing;
    this.map = map;
    this.rules = rules;
  }

  /** All that can be wrong, with the rows of reference tables. */
  List<SchemaFinding> run() throws SQLException {
    whole = true;
    for (ShardId shard : map.shards()) {
      try (Connection connection = nodes.primary(shard).open()) {
        check(shard, connection);
      }
    }
    return compared();
  }

  /** What can be wrong with the tables that are there, by the catalogues alone. */
  List<SchemaFinding> runAtStart() throws SQLException {
    for (ShardId shard : map.shards()) {
      nodes
          .primary(shard)
          .ask(
              connection -> {
                check(shard, connection);
                return true;
              });
    }
    return compared().stream().filter(f -> f.kind() != Kind.TABLE_MISSING).toList();
  }

  private void check(ShardId shard, Connection connection) throws SQLException {
    ShardSchema schema = new ShardSchema(connection);
    for (Table table : routing.tables().values()) {
      if (isOn(table, shard)) {
        check(table, shard, schema);
      }
    }
  }

  private List<SchemaFinding> compared() {
    shapes.forEach(this::compare);
    digests.forEach(
        (table, byShard) -> {
          if (byShard.values().stream().distinct().count() > 1) {
            add(Kind.COPIES_DIFFER, table, Optional.empty(), "their rows are not the same");
          }
        });
    return List.copyOf(findings);
  }

  private boolean isOn(Table table, ShardId shard) {
    return table instanceof Table.Sharded sharded
        ? map.placement(routing.placementOf(sharded)).shards().contains(shard)
        : table instanceof Table.Reference
            || (table instanceof Table.Single single && single.shard().equals(shard));
  }

  private void check(Table table, ShardId shard, ShardSchema schema) throws SQLException {
    Optional<TableShape> found = schema.table(table.name());
    if (found.isEmpty()) {
      add(Kind.TABLE_MISSING, table, Optional.of(shard), "no such table");
      return;
    }
    TableShape shape = found.get();
    shapes.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(shard, shape);
    if (table instanceof Table.Sharded sharded) {
      key(sharded, shape, schema);
    }
    for (Apart apart : rules.apart(schema.connection(), table)) {
      Kind kind = apart.unique() ? Kind.UNIQUE_WITHOUT_KEY : Kind.FOREIGN_KEY_APART;
      add(kind, table, Optional.empty(), apart.name());
    }
    if (whole && table instanceof Table.Reference && !shape.view()) {
      digests
          .computeIfAbsent(table, t -> new LinkedHashMap<>())
          .put(shard, schema.digest(table.name()));
    }
  }

  private void key(Table.Sharded table, TableShape shape, ShardSchema schema) throws SQLException {
    for (KeyColumn key : table.key()) {
      Optional<ColumnShape> column = shape.column(key.name());
      if (column.isEmpty()) {
        add(Kind.KEY_MISSING, table, Optional.empty(), "column " + key.name());
        continue;
      }
      Optional<KeyType> type = KeyType.named(column.get().type());
      boolean asDeclared = key.type().isEmpty() || key.type().equals(type);
      if (type.isEmpty() || !asDeclared || !column.get().exactEquality()) {
        String what = "column " + key.name() + " of type " + column.get().sqlType();
        add(Kind.KEY_UNUSABLE, table, Optional.empty(), what);
      } else if (!column.get().collation().isEmpty() || isText(column.get())) {
        String encoding = schema.encoding();
        if (!encoding.equals("UTF8")) {
          add(Kind.KEY_UNUSABLE, table, Optional.empty(), "text in encoding " + encoding);
        }
      }
    }
  }

  private static boolean isText(ColumnShape column) {
    return column.type().equals("text") || column.type().equals("varchar");
  }

  private void compare(Table table, Map<ShardId, TableShape> byShard) {
    Map.Entry<ShardId, TableShape> first = byShard.entrySet().iterator().next();
    byShard.forEach(
        (shard, shape) -> {
          if (!shape.columns().equals(first.getValue().columns())) {
            String what =
                "columns "
                    + difference(first.getValue(), shape)
                    + " are not as on shard "
                    + first.getKey();
            add(Kind.SHAPE_DIFFERS, table, Optional.of(shard), what);
          }
        });
  }

  private static String difference(TableShape one, TableShape other) {
    List<ColumnShape> different = new ArrayList<>(one.columns());
    different.addAll(other.columns());
    different.removeIf(c -> one.columns().contains(c) && other.columns().contains(c));
    return different.isEmpty()
        ? "in another order"
        : different.stream().map(ColumnShape::name).distinct().collect(Collectors.joining(", "));
  }

  private void add(Kind kind, Table table, Optional<ShardId> shard, String subject) {
    findings.add(new SchemaFinding(kind, table.displayName(), shard, subject));
  }
}
