package io.shardjdbc.reshard.control;

import io.shardjdbc.reshard.ShardServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of a shard's servers is its primary now: after a failover another one than was said.
 *
 * <p>Where two take writes, the one whose line of the log is younger was promoted, and the other
 * one has come back without having heard of it.
 */
final class Primaries {
  private static final String IS_PRIMARY = "SELECT NOT pg_is_in_recovery()";

  /** Which server wrote the log, and how often another one has gone on with it. */
  private static final String LINE =
      "SELECT (pg_control_system()).system_identifier || '/'"
          + " || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)";

  private Primaries() {}

  /** How a server is connected to. */
  @FunctionalInterface
  interface Connecting {
    Connection to(String url) throws SQLException;
  }

  static boolean is(Connection connection) throws SQLException {
    return Sql.isTrue(connection, IS_PRIMARY);
  }

  /** The line of the log that a primary writes; a failover begins another one. */
  static String line(Connection primary) throws SQLException {
    return Sql.text(primary, LINE);
  }

  /** The same servers, of which the first one is the primary. */
  static ShardServers found(ShardServers servers, Connecting connecting) throws SQLException {
    List<String> urls = new ArrayList<>();
    urls.add(servers.primary());
    urls.addAll(servers.replicas());
    String primary = "";
    String youngest = "";
    SQLException away = null;
    for (String url : urls) {
      try (Connection connection = connecting.to(url)) {
        String line = is(connection) ? line(connection) : "";
        if (line.compareTo(youngest) > 0) {
          primary = url;
          youngest = line;
        }
      } catch (SQLException e) {
        away = e;
      }
    }
    if (primary.isEmpty()) {
      throw away == null ? noPrimary(servers) : away;
    }
    urls.remove(primary);
    return new ShardServers(primary, urls, servers.properties());
  }

  private static SQLException noPrimary(ShardServers servers) {
    return new SQLException("none of " + servers + " is a primary", "25006");
  }
}
