package io.shardjdbc.execute;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which shards a write has written to that was sent to several, in a transaction that may write to
 * one.
 *
 * <p>A statement by another column than the shard key goes to all shards, and mostly finds its rows
 * on one. Whether a shard was written to its server knows: it has given the transaction an id. Only
 * where a second shard was written to is the statement refused, and the transaction aborted by it.
 */
final class WrittenShards {

  private static final String HAS_WRITTEN =
      "SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL";

  private WrittenShards() {}

  /** Asks all servers that may have written, and refuses what was written to a second one. */
  static void settle(Runner runner, Execution<DirectRoute> execution) throws SQLException {
    Session session = execution.session();
    Set<ShardId> written = Collections.synchronizedSet(new LinkedHashSet<>());
    List<ShardCall> questions = new ArrayList<>();
    for (Held participant : session.participants()) {
      if (participant.wrote()) {
        ConnectionWork question =
            connection -> {
              try (Statement statement = connection.createStatement();
                  ResultSet row = statement.executeQuery(HAS_WRITTEN)) {
                row.next();
                if (row.getBoolean(1)) {
                  written.add(participant.shard());
                }
              }
            };
        questions.add(new ConnectionCall(participant, question));
      }
    }
    runner.ask(execution, questions);
    session.modes().settle(written, execution.route());
  }
}
