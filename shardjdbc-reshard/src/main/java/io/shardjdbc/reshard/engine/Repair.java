package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Misplaced;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Pipe;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.verify.Formats;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Brings rows that lie where they should not to the shard that owns them.
 *
 * <p>They are locked where they lie, inserted where they belong, and deleted when that is
 * committed. Who dies in between leaves rows that are on both shards and equal; the next one
 * deletes them where they should not be. Where the owner has another row of the same key, nothing
 * is changed: only people know which one is right.
 */
final class Repair {
  private static final String HERE = "pg_temp.shardjdbc_repair";

  private final Servers servers;
  private final MapDocument map;
  private final List<Finding> done = new ArrayList<>();

  Repair(Servers servers, MapDocument map) {
    this.servers = servers;
    this.map = map;
  }

  /** What was brought, and what was not, which blocks. */
  List<Finding> run() throws SQLException {
    for (Misplaced misplaced : Audit.of(servers, map)) {
      Placed placed = map.tables().get(misplaced.table());
      if (placed == null) {
        done.add(new Finding(true, misplaced + " are the library's, and are not brought"));
        continue;
      }
      Positioned placement = map.placement(placed.placement());
      for (ShardId owner : map.shards().keySet()) {
        if (!owner.equals(misplaced.shard())) {
          bring(misplaced, placed, owner, placement.ownedBy(owner));
        }
      }
    }
    return done;
  }

  private void bring(Misplaced misplaced, Placed placed, ShardId owner, Positions positions)
      throws SQLException {
    try (Connection from = servers.open(misplaced.shard());
        Connection to = servers.open(owner)) {
      CleanSession.asReplica(from);
      CleanSession.asReplica(to);
      Formats.fix(from);
      Formats.fix(to);
      from.setAutoCommit(false);
      to.setAutoCommit(false);
      MovedTable moved =
          MovedTable.of(from, map, placed.placement()).stream()
              .filter(table -> table.display().equals(misplaced.table()))
              .findFirst()
              .orElseThrow();
      CopiedTable table = Objects.requireNonNull(CopiedTable.of(from, misplaced.table()));
      String those = " FROM " + moved.sql() + " WHERE " + moved.in(positions);
      long rows = Sql.rows(from, row -> 1, "SELECT 1" + those + " FOR UPDATE").size();
      if (rows == 0) {
        return;
      }
      String what = rows + " rows of " + misplaced.table() + " from " + misplaced.shard();
      long other = insert(from, to, table, those);
      if (other > 0) {
        done.add(new Finding(true, what + ": " + owner + " has others for " + other + " of them"));
        return;
      }
      to.commit();
      Sql.run(from, "DELETE" + those);
      from.commit();
      done.add(new Finding(false, what + " to " + owner));
    }
  }

  /** Inserts what is not there; how many rows of the same keys are others. */
  private static long insert(Connection from, Connection to, CopiedTable table, String those)
      throws SQLException {
    String columns = String.join(", ", table.columns());
    Sql.run(
        to,
        "CREATE TEMPORARY TABLE shardjdbc_repair ON COMMIT DROP AS SELECT "
            + columns
            + " FROM "
            + table.sql()
            + " WITH NO DATA");
    Pipe.bring(
        from,
        "COPY (SELECT " + columns + those + ") TO STDOUT",
        to,
        "COPY " + HERE + " (" + columns + ") FROM STDIN");
    Sql.run(
        to,
        "INSERT INTO "
            + table.sql()
            + " ("
            + columns
            + ") OVERRIDING SYSTEM VALUE SELECT "
            + columns
            + " FROM "
            + HERE
            + " ON CONFLICT DO NOTHING");
    return Sql.number(
        to,
        "SELECT count(*) FROM (SELECT ROW("
            + columns
            + ")::text FROM "
            + HERE
            + " EXCEPT ALL SELECT ROW("
            + columns
            + ")::text"
            + those
            + ") r");
  }
}
