package io.shardjdbc.session;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says why a write goes to several shards: what the statement does not give. */
final class LackingKey {

  private final RoutingConfiguration tables;

  LackingKey(RoutingConfiguration tables) {
    this.tables = tables;
  }

  /** The reason, behind a semicolon; empty where the statement gives its key. */
  String of(Route route) {
    for (List<String> name : route.written()) {
      Optional<Table> table = tables.table(name);
      if (table.isPresent() && table.get() instanceof Table.Reference) {
        return "; a write to reference table " + last(name) + " goes to every shard";
      }
      if (table.isPresent()
          && table.get() instanceof Table.Sharded sharded
          && route.keys().isAny()) {
        String key = sharded.key().stream().map(KeyColumn::name).collect(Collectors.joining(", "));
        return "; the statement does not give " + key + ", the shard key of " + last(name);
      }
    }
    return "";
  }

  private static String last(List<String> name) {
    return name.get(name.size() - 1);
  }
}
