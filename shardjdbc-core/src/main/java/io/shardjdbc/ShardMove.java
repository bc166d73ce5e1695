package io.shardjdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A move of rows from one shard to another that has not ended, as their servers tell it at a
 * moment.
 *
 * @param number its number in the map, by which {@code shardctl} knows it
 * @param placement the placement whose tables' rows move, by its name in the map
 * @param share how much of all positions of the placement moves, from 0 to 1; where keys are placed
 *     by ranges or by name, that says nothing of how many rows do
 * @param step what is being done, or to be done next: {@code PREPARE}, {@code COPY}, {@code
 *     VERIFY}, {@code FLIP}, {@code OWN}, {@code SETTLE}; {@code SETTLED} when it rests and can be
 *     taken back; {@code RETURN}, {@code OWN_AGAIN}; {@code CLEAN_SOURCE} or {@code CLEAN_TARGET}
 * @param inStep how long it has been at this step
 * @param held whether nobody may read or write the rows now, because their owner changes
 * @param keptLog how many bytes of its log a server keeps for it, of both the one that keeps more
 */
public record ShardMove(
    int number,
    String placement,
    double share,
    ShardId source,
    ShardId target,
    String step,
    Duration inStep,
    boolean held,
    long keptLog) {

  /** A name in a schema that the user may not use is an error; the catalogue may be read. */
  private static final String MAY_BE_READ =
      "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = 'shardjdbc' AND c.relname = 'move' AND c.relkind = 'r'"
          + " AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))";

  private static final String ALL =
      "SELECT id, role = 'source', placement, positions::text, source, target, step,"
          + " extract(epoch FROM clock_timestamp() - changed) * 1000, phase = 'closing',"
          + " coalesce((SELECT max(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn))"
          + " FROM pg_replication_slots WHERE database = current_database()"
          + " AND starts_with(slot_name, 'shardjdbc_' || left(map_id::text, 8) || '_m')"
          + " AND substring(slot_name FROM '_m([0-9]+)') = id::text), 0)"
          + " FROM shardjdbc.move WHERE step <> 'DONE'";

  /** A row of a server, which may be the target's. */
  private record Told(boolean isSource, ShardMove move) {}

  static List<ShardMove> all(List<ShardId> shards, ShardNodes nodes) throws SQLException {
    List<Told> rows = new ArrayList<>();
    for (ShardId shard : shards) {
      try {
        rows.addAll(nodes.primary(shard).ask(ShardMove::on));
      } catch (SQLException e) {
        throw SqlErrors.onShard(shard, e);
      }
    }
    Map<Integer, Long> logs = new TreeMap<>();
    rows.forEach(row -> logs.merge(row.move().number(), row.move().keptLog(), Math::max));
    return rows.stream()
        .filter(Told::isSource) // whose row is the truth of the move
        .map(row -> row.move().keeping(logs.getOrDefault(row.move().number(), 0L)))
        .sorted(Comparator.comparingInt(ShardMove::number))
        .toList();
  }

  private static List<Told> on(Connection connection) throws SQLException {
    List<Told> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(MAY_BE_READ)) {
        row.next();
        if (!row.getBoolean(1)) {
          return rows;
        }
      }
      try (ResultSet row = statement.executeQuery(ALL)) {
        while (row.next()) {
          rows.add(new Told(row.getBoolean(2), of(row)));
        }
      }
    }
    return rows;
  }

  private static ShardMove of(ResultSet row) throws SQLException {
    return new ShardMove(
        row.getInt(1),
        row.getString(3),
        Positions.parse(row.getString(4)).share(),
        new ShardId(row.getString(5)),
        new ShardId(row.getString(6)),
        row.getString(7),
        Duration.ofMillis(Math.max(0, Math.round(row.getDouble(8)))),
        row.getBoolean(9),
        row.getLong(10));
  }

  private ShardMove keeping(long log) {
    return new ShardMove(number, placement, share, source, target, step, inStep, held, log);
  }
}
