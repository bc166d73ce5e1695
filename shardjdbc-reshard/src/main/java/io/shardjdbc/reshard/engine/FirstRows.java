package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Looks before a first map whether it would find the rows that are there.
 *
 * <p>A configuration lists keys by name, a map by their positions. A key that is not listed and has
 * the position of one that is lies elsewhere, and would not be found. Of texts and the like that
 * does not happen by chance; of integers, the hash knows 32 bits.
 */
final class FirstRows {

  private FirstRows() {}

  /**
   * Refuses a map that would not.
   *
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} naming the table
   */
  static void requireFound(Servers servers, RoutingConfiguration configuration, MapDocument map)
      throws SQLException {
    for (Table table : configuration.tables().values()) {
      Placed placed = map.tables().get(table.displayName());
      if (placed != null
          && table instanceof Table.Sharded sharded
          && sharded.placement().positioning().isEmpty()) {
        for (ShardId shard : map.shards().keySet()) {
          requireFound(servers.kept(shard), shard, table.displayName(), placed, map);
          requireApart(servers.kept(shard), shard, table.displayName(), placed);
        }
      }
    }
  }

  /** Refuses a table whose rows on a shard do not lie where a map says. */
  static void requireFound(
      Connection connection, ShardId shard, String table, Placed placed, MapDocument map)
      throws SQLException {
    Positioned placement = map.placement(placed.placement());
    String position = placement.by().sql(columns(placed), placed.types());
    Positions elsewhere = Positions.ALL.minus(placement.ownedBy(shard));
    if (exists(connection, table, elsewhere.condition(position))) {
      throw refused(table, shard, "lie on another shard than their hash would");
    }
  }

  private static void requireApart(
      Connection connection, ShardId shard, String table, Placed placed) throws SQLException {
    if (placed.types().equals(List.of(KeyType.INTEGER))
        && exists(connection, table, columns(placed).get(0) + " NOT BETWEEN 0 AND 4294967295")) {
      throw refused(table, shard, "have keys of which several share a hash");
    }
  }

  private static List<String> columns(Placed placed) {
    return placed.columns().stream().map(Identifiers::quote).toList();
  }

  private static boolean exists(Connection connection, String table, String condition)
      throws SQLException {
    CopiedTable there = CopiedTable.of(connection, table);
    return there != null
        && Sql.isTrue(
            connection, "SELECT EXISTS (SELECT FROM " + there.sql() + " WHERE " + condition + ")");
  }

  private static ReshardException refused(String table, ShardId shard, String why) {
    return new ReshardException(
        ErrorCode.MOVE_NOT_POSSIBLE,
        "rows of table "
            + table
            + " on "
            + shard
            + " "
            + why
            + ", so a map would not find them all; place the table by a ring or by ranges");
  }
}
