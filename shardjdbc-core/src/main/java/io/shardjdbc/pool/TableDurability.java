package io.shardjdbc.pool;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What commits of writes to tables wait for, as the configuration says. */
final class TableDurability {

  private final RoutingConfiguration routing;
  private final Map<List<String>, Durability> byTable;

  TableDurability(Configuration configuration) {
    this.routing = configuration.routing();
    this.byTable = configuration.durability();
  }

  /** The strongest of the tables that a route writes to; null where none says anything. */
  @Nullable Durability of(Route route) {
    if (byTable.isEmpty()) {
      return null;
    }
    Durability strongest = null;
    for (List<String> name : route.written()) {
      Optional<Table> table = routing.table(name);
      Durability wanted = table.isEmpty() ? null : byTable.get(table.get().name());
      if (wanted != null && (strongest == null || wanted.compareTo(strongest) > 0)) {
        strongest = wanted;
      }
    }
    return strongest;
  }
}
