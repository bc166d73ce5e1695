package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import java.io.IOException;
import java.sql.SQLException;

/**
 * The tables of the hand-written suites: sharded by six kinds of keys, copied, and on one shard.
 */
final class SuiteTables {

  private SuiteTables() {}

  static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("users", "user_id")
        .sharded("posts", "user_id")
        .sharded("follows", "follower_id")
        .sharded("likes", "post_id")
        .sharded("comments", "post_id")
        .sharded("tags", "tag")
        .sharded("sessions", "session_id")
        .sharded("orders", "tenant", "region")
        .sharded("numbered", "id")
        .reference("countries")
        .reference("grades")
        .reference("marks")
        .single("settings", "s0")
        .single("audit", "s2");
  }

  /** A twin with the tables and their rows. */
  static TwinDatabase open(ClusterExtension cluster) throws IOException, SQLException {
    TwinDatabase twin =
        TwinDatabase.on(cluster.cluster(), cluster.database(), SuiteTables::declare);
    for (Trial statement : SqlFile.read("tables.sql")) {
      twin.execute(statement.sql());
    }
    return twin;
  }
}
