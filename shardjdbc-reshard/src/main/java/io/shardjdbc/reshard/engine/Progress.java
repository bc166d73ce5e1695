package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Stream;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How far a move is, by its row and by what the target says of its copy. */
final class Progress {

  /** A table of which all has come that was there when its copy ended. */
  static final String NEAR = "catching up";

  /** A table that is copied, and followed. */
  static final String IN_STEP = "in step";

  private Progress() {}

  /** Of all moves that the shards know, in the order of their numbers. */
  static List<MoveStatus> all(Servers servers) throws SQLException {
    List<MoveStatus> moves = new ArrayList<>();
    for (ShardId shard : servers.shards()) {
      Connection connection = servers.kept(shard);
      if (ControlSchema.isInstalled(connection)) {
        for (MoveRow row : MoveRow.fromHere(connection)) {
          moves.add(of(servers, row));
        }
      }
    }
    moves.sort(Comparator.comparingInt(MoveStatus::id));
    return moves;
  }

  private static MoveStatus of(Servers servers, MoveRow row) throws SQLException {
    List<MoveStatus.Table> tables =
        switch (row.strategy()) {
          case REPLICATE -> replicated(servers, row);
          case DOUBLE_WRITE -> BackfillWatch.tables(servers.kept(row.moving().target()), row.id());
          case READ_THROUGH ->
              KeyByKey.come(
                  servers.kept(row.moving().target()), row.id(), row.moving().placement());
        };
    return new MoveStatus(
        row.id(),
        row.moving(),
        row.strategy(),
        row.step(),
        row.phase(),
        row.ends(),
        row.attempt(),
        row.started(),
        row.changed(),
        tables);
  }

  private static List<MoveStatus.Table> replicated(Servers servers, MoveRow row)
      throws SQLException {
    return Sql.rows(
        servers.kept(row.moving().target()),
        table ->
            new MoveStatus.Table(
                table.getString(1), state(table.getString(2)), table.getLong(3), table.getLong(4)),
        "SELECT r.srrelid::regclass::text, r.srsubstate, p.tuples_processed, p.bytes_processed"
            + " FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid"
            + " LEFT JOIN pg_stat_progress_copy p ON p.relid = r.srrelid"
            + " WHERE s.subname = ? AND r.srrelid <> 'shardjdbc.marker'::regclass ORDER BY 1",
        Stream.forward(row.mapId(), row.id()).name());
  }

  /** How far the copy of one table is; it waits as long as the target does not know it. */
  static MoveStatus.Table table(Connection target, String stream, String sql, String display)
      throws SQLException {
    MoveStatus.Table found =
        Sql.first(
            target,
            row ->
                new MoveStatus.Table(
                    display, state(row.getString(1)), row.getLong(2), row.getLong(3)),
            "SELECT r.srsubstate, p.tuples_processed, p.bytes_processed FROM pg_subscription_rel r"
                + " JOIN pg_subscription s ON s.oid = r.srsubid LEFT JOIN pg_stat_progress_copy p"
                + " ON p.relid = r.srrelid WHERE s.subname = ? AND r.srrelid = ?::regclass",
            stream,
            sql);
    return found == null ? new MoveStatus.Table(display, "waiting", 0, 0) : found;
  }

  private static String state(String letter) {
    return switch (letter) {
      case "i" -> "waiting";
      case "d" -> "copying";
      case "f", "s" -> NEAR;
      default -> IN_STEP;
    };
  }
}
