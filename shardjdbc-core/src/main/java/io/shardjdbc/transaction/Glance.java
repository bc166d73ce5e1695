package io.shardjdbc.transaction;

import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ShardId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A look at all shards that costs little, and tells whether {@link Recovery} has to look closer.
 *
 * <p>Hardly ever has a coordinator left anything. One short question on a connection that is kept
 * shows that; recovery opens a connection to each shard and asks much of it. Thread-safe.
 */
public final class Glance {

  private static final String PREPARED =
      "SELECT EXISTS (SELECT FROM pg_prepared_xacts"
          + " WHERE database = current_database() AND gid LIKE ?)";

  private final CurrentMap maps;
  private final ShardNodes nodes;

  public Glance(CurrentMap maps, ShardNodes nodes) {
    this.maps = maps;
    this.nodes = nodes;
  }

  /** Whether nothing of ours is prepared on any shard; false where one cannot be asked. */
  boolean seesNothing() {
    NodePool.Question<Boolean> question =
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(PREPARED)) {
            statement.setString(1, Gid.LIKE);
            try (ResultSet row = statement.executeQuery()) {
              return row.next() && row.getBoolean(1);
            }
          }
        };
    try {
      for (ShardId shard : maps.withLeaving()) {
        if (nodes.primary(shard).ask(question)) {
          return false;
        }
      }
      return true;
    } catch (SQLException e) {
      return false; // recovery says what it cannot reach
    }
  }
}
