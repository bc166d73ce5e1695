package io.shardjdbc.tests.replication;

import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** Short ways to ask servers and to tell them. */
final class Servers {

  private static final String RECEIVED = "pg_last_wal_receive_lsn()";
  private static final String CAUGHT_UP = "SELECT pg_last_wal_replay_lsn() >= " + RECEIVED;

  private Servers() {}

  static String ask(ClusterNode node, String query) throws SQLException {
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * The replica that has the most of a primary which sends no more: others can follow it, and none
   * of them has a history of its own.
   */
  static ClusterNode furthest(List<ClusterNode> replicas, Duration patience) throws SQLException {
    for (ClusterNode replica : replicas) {
      Deadline.in(patience)
          .await("all that was received is replayed", () -> ask(replica, CAUGHT_UP).equals("t"));
    }
    ClusterNode furthest = replicas.get(0);
    for (ClusterNode replica : replicas) {
      String ahead = "SELECT " + RECEIVED + " > '" + ask(furthest, "SELECT " + RECEIVED) + "'";
      furthest = ask(replica, ahead).equals("t") ? replica : furthest;
    }
    return furthest;
  }

  static void tell(ClusterNode node, String... statements) throws SQLException {
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
