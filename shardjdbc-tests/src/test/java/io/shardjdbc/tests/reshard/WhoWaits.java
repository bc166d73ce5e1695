package io.shardjdbc.tests.reshard;

import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who waits for whom, when something does not come to its end: servers are asked, and processes.
 */
final class WhoWaits {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final List<String> QUESTIONS =
      List.of(
          "SELECT pid, application_name, state, wait_event_type, wait_event,"
              + " pg_blocking_pids(pid) AS by, now() - state_change AS since, left(query, 160)"
              + " FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
              + " pg_backend_pid()",
          "SELECT pid, locktype, classid, objid, mode FROM pg_locks WHERE NOT granted",
          "SELECT gid, prepared FROM pg_prepared_xacts",
          "SELECT id, role, phase, step, attempt, mover, closes_at, epoch FROM shardjdbc.move",
          "SELECT epoch FROM shardjdbc.map",
          "SELECT slot, name, installed, quiesced, now() - seen AS seen FROM shardjdbc.process",
          "SELECT slot_name, active, confirmed_flush_lsn FROM pg_replication_slots",
          "SELECT subname, pid, received_lsn, latest_end_time FROM pg_stat_subscription");

  private WhoWaits() {}

  /** What all servers and processes say of what they do now. */
  static String now(PostgresCluster cluster, int shards, List<WatchedJvm> processes) {
    StringBuilder all = new StringBuilder();
    for (int shard = 0; shard < shards; shard++) {
      ClusterNode node = cluster.shard("s" + shard).primary();
      all.append("\n== ").append(node.name());
      try (Connection connection = node.connect("app")) {
        for (String question : QUESTIONS) {
          answer(connection, question, all);
        }
      } catch (SQLException e) {
        all.append("\ndoes not answer: ").append(e);
      }
    }
    for (WatchedJvm process : processes) {
      all.append("\n== ").append(process);
      threads(process).forEach(line -> all.append('\n').append(line));
    }
    return all.toString();
  }

  private static void answer(Connection connection, String question, StringBuilder all) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      ResultSetMetaData columns = rows.getMetaData();
      while (rows.next()) {
        List<String> fields = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          fields.add(columns.getColumnLabel(i) + "=" + rows.getString(i));
        }
        all.append('\n').append(String.join(" ", fields));
      }
    } catch (SQLException e) {
      all.append('\n').append(e.getMessage());
    }
  }

  /** A JVM that gets this signal prints what its threads do among its lines. */
  private static List<String> threads(WatchedJvm process) {
    int before = process.lines().size();
    try {
      process.signal("QUIT");
      Deadline.in(SOON)
          .await(
              "it says what its threads do",
              () ->
                  process.hasEnded()
                      || process.lines().stream().skip(before).anyMatch(l -> l.startsWith("Heap")));
    } catch (IOException | IllegalStateException e) {
      return List.of("does not say what it does: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
    return process.lines().subList(before, process.lines().size());
  }
}
