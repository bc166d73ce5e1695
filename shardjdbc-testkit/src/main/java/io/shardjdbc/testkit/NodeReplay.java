package io.shardjdbc.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A standby's replay of the write-ahead log, as seen and steered through SQL. */
final class NodeReplay {

  private final ClusterNode node;

  NodeReplay(ClusterNode node) {
    this.node = node;
  }

  /** Waits until so many replicas stream from a primary. */
  static void awaitStreaming(ClusterNode primary, int replicas, Deadline deadline)
      throws SQLException {
    if (replicas == 0) {
      return;
    }
    String streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
    try (Connection connection = primary.connectSoon()) {
      deadline.await(
          "all replicas of " + primary.name() + " stream",
          () -> Sql.value(connection, streaming).equals(Integer.toString(replicas)));
    }
  }

  void pause() throws SQLException {
    try (Connection connection = node.connectSoon()) {
      Sql.value(connection, "SELECT pg_wal_replay_pause()");
      // The call only asks for it: the replaying process pauses before its next record.
      Deadline.in(ClusterShard.PATIENCE)
          .await(
              node.name() + " pauses replay",
              () -> Sql.isTrue(connection, "pg_get_wal_replay_pause_state() = 'paused'"));
    }
  }

  void resume() throws SQLException {
    try (Connection connection = node.connectSoon()) {
      Sql.value(connection, "SELECT pg_wal_replay_resume()");
    }
  }

  void delay(Duration delay) throws SQLException {
    node.set("recovery_min_apply_delay", delay.toMillis() + "ms");
  }

  /** Waits until a position is replayed; one that is no standby has nothing to replay. */
  void await(String position, Deadline deadline) throws SQLException {
    String reached =
        "NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= " + Sql.literal(position);
    try (Connection connection = node.connectSoon()) {
      deadline.await(
          node.name() + " has replayed " + position, () -> Sql.isTrue(connection, reached));
    }
  }
}
