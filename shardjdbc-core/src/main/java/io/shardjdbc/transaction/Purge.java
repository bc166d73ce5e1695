package io.shardjdbc.transaction;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Deletes decisions that no participant can need any more.
 *
 * <p>A decision is made after all its participants have prepared. So if it was made before its
 * participants were looked at, and none of them has it prepared, then all of them were told. Who
 * the participants are is said by their databases: another one under the same name says nothing.
 * What is left is a replica that is promoted and takes its shard back to a time before it was told;
 * that is what decisions are kept for some time for, as long as their coordinator wants it and as
 * long as whoever deletes wants it.
 */
final class Purge {

  private static final int ROWS_AT_ONCE = 5_000;
  private static final int MOST_BATCHES = 20;

  private final Duration keep;
  private final String[] names;
  private final String[] databases;
  private final List<PreparedPart> parts;
  private final Map<ShardId, String> seen;

  /**
   * @param seen the databases whose prepared parts are known
   * @param parts all of those
   */
  Purge(Duration keep, Map<ShardId, String> seen, List<PreparedPart> parts) {
    this.keep = keep;
    this.seen = Map.copyOf(seen);
    this.names = seen.keySet().stream().map(ShardId::name).toArray(String[]::new);
    this.databases = seen.values().toArray(String[]::new);
    this.parts = List.copyOf(parts);
  }

  /**
   * Deletes what is old in a database that keeps decisions.
   *
   * @param seenMillis when the participants began to be looked at, by this server's clock
   */
  void on(Connection connection, double seenMillis) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement();
        PreparedStatement purge = connection.prepareStatement(DecisionTable.PURGE)) {
      List<String> holding = new ArrayList<>();
      List<UUID> held = new ArrayList<>();
      for (PreparedPart part : parts) {
        UUID id = part.gid().transaction().uuid();
        holding.add(part.shard().name());
        held.add(id);
        holding.add(seen.getOrDefault(part.shard(), ""));
        held.add(id);
      }
      purge.setDouble(1, seenMillis / 1000);
      purge.setDouble(2, keep.toMillis() / 1000.0);
      purge.setArray(3, connection.createArrayOf("text", names));
      purge.setArray(4, connection.createArrayOf("text", databases));
      purge.setArray(5, connection.createArrayOf("uuid", held.toArray()));
      purge.setArray(6, connection.createArrayOf("text", holding.toArray()));
      purge.setArray(7, connection.createArrayOf("uuid", held.toArray()));
      purge.setInt(8, ROWS_AT_ONCE);
      for (int batch = 0; batch < MOST_BATCHES; batch++) {
        statement.execute(DecisionTable.SHORT + "; SET LOCAL lock_timeout = '2s'");
        statement.execute(DecisionTable.DELETING);
        int deleted = purge.executeUpdate();
        connection.commit();
        if (deleted < ROWS_AT_ONCE) {
          return;
        }
      }
    } finally {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }
}
