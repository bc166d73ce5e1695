package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Misplaced;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Asks each shard for rows that are another one's: one predicate for each table. */
final class Audit {

  private Audit() {}

  static List<Misplaced> of(Servers servers, MapDocument map) throws SQLException {
    List<Misplaced> found = new ArrayList<>();
    Set<String> placements =
        new TreeSet<>(map.tables().values().stream().map(Placed::placement).toList());
    if (map.placements().containsKey(ShardMap.RECORDS)) {
      placements.add(ShardMap.RECORDS);
    }
    for (String placement : placements) {
      Positioned positioned = map.placement(placement);
      for (ShardId shard : map.shards().keySet()) {
        Connection connection = servers.kept(shard);
        Positions here =
            positioned.ownedBy(shard).plus(positioned.hides().getOrDefault(shard, Positions.NONE));
        for (MovedTable table : MovedTable.of(connection, map, placement)) {
          String elsewhere = table.in(Positions.ALL.minus(here));
          long rows =
              Sql.number(connection, "SELECT count(*) FROM " + table.sql() + " WHERE " + elsewhere);
          if (rows > 0) {
            found.add(new Misplaced(shard, table.display(), rows, elsewhere));
          }
        }
      }
    }
    return found;
  }
}
