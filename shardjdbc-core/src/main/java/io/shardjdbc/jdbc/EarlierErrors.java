package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * What a server says of a statement before it takes the statement's first number.
 *
 * <p>The library takes numbers first, so an error of the sequence would hide what is wrong with the
 * statement itself: a table that the role may not write, a column that there is not. A server finds
 * that when it plans the statement, which EXPLAIN has it do; nothing is run.
 */
final class EarlierErrors {

  private EarlierErrors() {}

  /**
   * Throws what is wrong with a statement, if anything is that does not need its numbers.
   *
   * @param planned with any numbers
   */
  static void tell(Session session, Planned planned, Bindings bindings) throws SQLException {
    DirectRoute route = planned.route(session.routed().map()).direct();
    if (route == null) {
      return; // its rows are read first, by a statement of its own
    }
    ShardStatement first = route.statements().get(0).after("EXPLAIN ");
    OneShard question =
        new OneShard(Effect.READ_ON_PRIMARY, first, KeyHashes.any(), true, null, List.of());
    Held held = session.holdApart(first.shard(), question);
    try (PreparedStatement statement = held.connection().prepareStatement(first.sql())) {
      bindings.bind(first, statement);
      statement.executeQuery().close();
    } catch (SQLException e) {
      throw session.failed(held, e);
    } finally {
      held.rollback();
      session.endApart(held);
      session.release(held);
    }
  }
}
