package io.shardjdbc.reshard.control;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The replicas of one shard, each asked over a connection of its own. */
public record Replicas(ShardId shard, List<Connection> connections) implements AutoCloseable {

  public Replicas {
    connections = List.copyOf(connections);
  }

  /** Whether each shows what its primary's log has up to a position. */
  public boolean haveReplayed(String lsn) throws SQLException {
    return all("SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn", lsn);
  }

  /**
   * Whether each has on its disk what its primary's log has up to a position: then none can be
   * promoted without it.
   */
  public boolean haveReceived(String lsn) throws SQLException {
    return all("SELECT pg_last_wal_receive_lsn() >= ?::pg_lsn", lsn);
  }

  private boolean all(String question, String lsn) throws SQLException {
    for (Connection replica : connections) {
      if (!Sql.isTrue(replica, question, lsn)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws SQLException {
    Servers.closeAll(connections);
  }
}
