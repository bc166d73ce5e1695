package io.shardjdbc.transaction;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Deletes decisions that no participant can need any more.
 *
 * <p>A decision is made after all its participants have prepared. So if it is old, each of them has
 * been looked at since, and none has it prepared, then all of them were told. What is left is a
 * replica that is promoted and takes its shard back to a time before it was told; that is what
 * decisions are kept for some time for.
 */
final class Purge {

  private static final int ROWS_AT_ONCE = 5_000;
  private static final int MOST_BATCHES = 20;

  private final Duration keep;
  private final String[] seen;
  private final UUID[] prepared;

  /**
   * @param seen the shards whose prepared parts are known
   * @param parts all of those
   */
  Purge(Duration keep, Collection<ShardId> seen, List<PreparedPart> parts) {
    this.keep = keep;
    this.seen = seen.stream().map(ShardId::name).toArray(String[]::new);
    this.prepared =
        parts.stream().map(part -> part.gid().transaction().uuid()).toArray(UUID[]::new);
  }

  /** Deletes what is old in a database that keeps decisions. */
  void on(Connection connection) throws SQLException {
    try (PreparedStatement purge = connection.prepareStatement(DecisionTable.PURGE)) {
      purge.setDouble(1, keep.toMillis() / 1000.0);
      purge.setArray(2, connection.createArrayOf("text", seen));
      purge.setArray(3, connection.createArrayOf("uuid", prepared));
      purge.setInt(4, ROWS_AT_ONCE);
      for (int batch = 0; batch < MOST_BATCHES; batch++) {
        if (purge.executeUpdate() < ROWS_AT_ONCE) {
          return;
        }
      }
    }
  }
}
