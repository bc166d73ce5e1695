package io.shardjdbc.reshard.control;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A table of which rows move, as a server names it.
 *
 * @param number its place among the tables of its placement, by name: the same on all servers
 * @param display its name in the map
 * @param sql its name with its schema, quoted
 * @param column its key, as the catalog has it
 */
public record MovedTable(int number, String display, String sql, String column, KeyType type) {

  /**
   * The tables in which rows of one are stored, in SQL: its partitions, or itself. Its one place is
   * for the table's name.
   */
  public static final String STORED =
      "ARRAY(WITH n AS (SELECT ?::regclass AS t) SELECT p.relid FROM n, pg_partition_tree(n.t) p"
          + " WHERE p.isleaf UNION SELECT n.t FROM n"
          + " WHERE NOT EXISTS (SELECT FROM pg_partition_tree(n.t)))";

  /**
   * All tables of a placement.
   *
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} when the server does not have one
   */
  public static List<MovedTable> of(Connection connection, MapDocument map, String placement)
      throws SQLException {
    List<MovedTable> tables = new ArrayList<>();
    for (Map.Entry<String, MapDocument.Placed> entry : new TreeMap<>(map.tables()).entrySet()) {
      String name = entry.getKey();
      MapDocument.Placed placed = entry.getValue();
      if (!placed.placement().equals(placement)) {
        continue;
      }
      String sql =
          Sql.text(
              connection,
              "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
                  + " ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)",
              name);
      if (sql.isEmpty()) {
        throw new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, "there is no table " + name);
      }
      tables.add(new MovedTable(tables.size(), name, sql, placed.column(), placed.type()));
    }
    if (tables.isEmpty()) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE, "no table goes by placement " + placement);
    }
    return tables;
  }

  /** The position of a row: of the table itself with an empty prefix, or of {@code new.}. */
  public String position(String prefix) {
    return type.hashOf(prefix + Identifiers.quote(column));
  }

  /** The condition that a row lies at one of the positions. */
  public String in(Positions positions) {
    return positions.condition(position(""));
  }
}
