package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Relatives;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out where indexes and views lie, which a definition names without their tables.
 *
 * <p>What belongs to a table of one shard is on that shard alone, though it may belong to others
 * too, which all shards have: sent to all, its definition would fail on the others and be undone
 * everywhere. What belongs to other tables, or to none, is on all shards.
 */
final class IndexesAndViews {

  private static final Set<String> KINDS = Set.of("index", "view", "materialized view");

  private final Tables tables;

  IndexesAndViews(Tables tables) {
    this.tables = tables;
  }

  /**
   * The one shard that has all that the definition names; empty where each has.
   *
   * @throws RoutingException where none has
   */
  Optional<ShardId> home(Utility utility) {
    if (!KINDS.contains(utility.object()) || utility.names().isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> owners = new ArrayList<>();
    for (Name name : utility.names()) {
      Optional<Relatives> known = tables.catalog().relatives(Tables.local(name));
      boolean apart = known.map(Relatives::ancestors).map(List::isEmpty).orElse(false);
      if (apart || tables.configuration().declares(Tables.local(name))) {
        return Optional.empty(); // a view of nothing, or one that lies where it is declared to lie
      }
      known.ifPresent(its -> addTables(its.ancestors(), owners));
    }
    if (utility.inner() != null) {
      addTables(read(utility.inner()), owners); // one that is replaced has to stay where it is
    }
    Map<ShardId, String> homes = new LinkedHashMap<>();
    for (List<String> owner : owners) {
      if (!isElsewhere(owner) && tables.declared(owner) instanceof Table.Single single) {
        homes.putIfAbsent(single.shard(), Identifiers.display(owner));
      }
    }
    if (homes.size() > 1) {
      throw new RoutingException(ErrorCode.SINGLE_TABLES_APART, String.join(", ", homes.values()));
    }
    return homes.keySet().stream().findFirst().filter(home -> !areElsewhere(utility, home));
  }

  /** Whether what is replaced, changed or dropped is on other shards now: it has to stay there. */
  private boolean areElsewhere(Utility utility, ShardId home) {
    return utility.names().stream()
        .flatMap(name -> tables.catalog().shardsWith(Tables.local(name)).stream())
        .anyMatch(shard -> !shard.equals(home));
  }

  /** Whether it is the server's own, or nobody's. */
  private boolean isElsewhere(List<String> name) {
    return Tables.isSystem(name) || tables.configuration().table(name).isEmpty();
  }

  /** Of views that are not declared, the tables that they read in the end. */
  private void addTables(List<List<String>> names, List<List<String>> owners) {
    for (List<String> name : names) {
      if (isUndeclaredView(name)) {
        tables
            .catalog()
            .relatives(name)
            .ifPresent(
                its ->
                    its.ancestors().stream()
                        .filter(n -> !isUndeclaredView(n))
                        .forEach(owners::add));
      } else {
        owners.add(name);
      }
    }
  }

  private boolean isUndeclaredView(List<String> name) {
    return !tables.configuration().declares(name)
        && tables.catalog().table(name).map(TableShape::view).orElse(false);
  }

  private static List<List<String>> read(Statement query) {
    Set<String> common = new HashSet<>();
    List<List<String>> read = new ArrayList<>();
    collect(query, common, read);
    read.removeIf(name -> name.size() == 1 && common.contains(name.get(0)));
    return read;
  }

  private static void collect(Node node, Set<String> common, List<List<String>> read) {
    if (node instanceof Query.CommonTable table) {
      common.add(table.name());
    } else if (node instanceof FromItem.Table table) {
      read.add(Tables.local(table.name()));
    }
    node.eachChild(child -> collect(child, common, read));
  }
}
