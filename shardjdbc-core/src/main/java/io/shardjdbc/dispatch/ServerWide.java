package io.shardjdbc.dispatch;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Statements that write what all databases of a server share, where shards may be databases of one.
 *
 * <p>A role is made once for a server; a second database would say that it is there, or wait for
 * the first to commit, which waits for all to be done. Whether shards are of one server, the
 * servers' identifiers tell. They are asked each time: such statements are rare, and a server that
 * is promoted or replaced has no other way to say so.
 */
final class ServerWide {

  /** A copy of a server has its identifier, but did not start in the same microsecond. */
  private static final String IDENTIFIER =
      "SELECT concat_ws(' ', system_identifier, extract(epoch FROM pg_postmaster_start_time()),"
          + " inet_server_port()) FROM pg_control_system()";

  private ServerWide() {}

  /**
   * The route to take: one shard of each server, where that is enough.
   *
   * @throws SQLException a refusal, where shards would wait for each other
   */
  static DirectRoute of(Execution<?> execution, DirectRoute route) throws SQLException {
    if (route.isSingle()) {
      return route;
    }
    Merge.OfServer shared = route.merge().ofServer();
    boolean apart = shared == Merge.OfServer.PART && !execution.session().inTransaction();
    if (shared == Merge.OfServer.NOTHING || apart) {
      return route;
    }
    Map<String, ShardId> servers = new LinkedHashMap<>();
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardStatement statement : route.statements()) {
      ShardId shard = statement.shard();
      ShardId first = servers.putIfAbsent(identifier(execution.session(), shard), shard);
      if (first == null) {
        statements.add(statement);
      } else if (shared == Merge.OfServer.PART) {
        throw SqlErrors.of(ErrorCode.SERVER_WIDE_IN_TRANSACTION, first, shard);
      }
    }
    return route.with(statements);
  }

  private static String identifier(Session session, ShardId shard) throws SQLException {
    Held held = session.holdToAsk(shard);
    try (Statement statement = held.connection().createStatement();
        ResultSet row = statement.executeQuery(IDENTIFIER)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw session.failed(held, e);
    } finally {
      session.release(held);
    }
  }
}
