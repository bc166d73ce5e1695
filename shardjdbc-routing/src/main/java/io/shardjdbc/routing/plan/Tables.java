package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Catalog;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import java.util.List;
import java.util.Set;

/** Finds out what a table's name stands for. */
final class Tables {

  private static final Set<String> SYSTEM_SCHEMAS =
      Set.of("pg_catalog", "information_schema", "pg_toast");

  private final RoutingConfiguration configuration;
  private final Catalog catalog;

  Tables(RoutingConfiguration configuration, Catalog catalog) {
    this.configuration = configuration;
    this.catalog = catalog;
  }

  RoutingConfiguration configuration() {
    return configuration;
  }

  Catalog catalog() {
    return catalog;
  }

  /**
   * The declaration of a table. The server's own catalogues are read on the first shard, so that
   * two look-ups agree.
   *
   * @throws RoutingException where it is not declared
   */
  Table declared(Name name) {
    List<String> parts = local(name);
    if (isSystem(parts)) {
      return new Table.Single(parts, configuration.shards().get(0));
    }
    return configuration
        .table(parts)
        .orElseThrow(
            () -> new RoutingException(ErrorCode.UNDECLARED_TABLE, Identifiers.display(parts)));
  }

  /** An occurrence of a table in FROM or as the target of a write. */
  TableVariable variable(int id, FromItem.Table node) {
    Table table = declared(node.name());
    List<String> parts = local(node.name());
    return new TableVariable(
        id, node, table, isSystem(parts) ? null : catalog.table(parts).orElse(null));
  }

  /** Without the name of the database. */
  static List<String> local(Name name) {
    List<String> parts = name.parts();
    return parts.size() > 2 ? parts.subList(parts.size() - 2, parts.size()) : parts;
  }

  static boolean isSystem(List<String> parts) {
    return parts.size() > 1
        ? SYSTEM_SCHEMAS.contains(parts.get(0))
        : parts.get(0).startsWith("pg_");
  }
}
