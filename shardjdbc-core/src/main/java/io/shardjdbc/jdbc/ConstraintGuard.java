package io.shardjdbc.jdbc;

import io.shardjdbc.catalog.ConstraintRules;
import io.shardjdbc.catalog.ConstraintRules.Apart;
import io.shardjdbc.catalog.Definitions;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses changes of the schema that add a constraint which would hold on each shard only.
 *
 * <p>It does not read the statement: the server knows best what one makes of a table (LIKE,
 * INHERITS, a domain). It looks before and behind, in the transaction of the change, and undoes a
 * change by which there are more. What PostgreSQL runs outside of transactions alone, an index that
 * is made CONCURRENTLY, is dropped again.
 */
final class ConstraintGuard {

  private static final Pattern MAY_ADD =
      Pattern.compile("\\b(?:create|alter)\\b", Pattern.CASE_INSENSITIVE);

  private final LogicalConnection connection;
  private final ConstraintRules rules;

  /** The statement itself. */
  @FunctionalInterface
  interface Change {
    boolean run(Route route) throws SQLException;
  }

  ConstraintGuard(LogicalConnection connection) {
    this.connection = connection;
    this.rules = connection.environment().constraints();
  }

  /** Runs a statement that changes the schema, and undoes it where it is refused. */
  boolean run(Route route, Change change) throws SQLException {
    Session session = connection.session();
    if (!session.inTransaction() && session.streams() && Definitions.needTablesAlone(route)) {
      throw SqlErrors.of(ErrorCode.ROWS_STILL_READ); // it would wait for itself
    }
    DirectRoute direct = route.direct();
    return (direct != null && concerns(direct)) ? guarded(direct, change) : change.run(route);
  }

  /** Whether the statement may add a constraint, over more than one shard. */
  private boolean concerns(DirectRoute route) {
    return rules.settings().mode() != SchemaMode.OFF
        && connection.environment().surroundings().maps().shards().size() > 1
        && MAY_ADD.matcher(route.statements().get(0).sql()).find();
  }

  private boolean guarded(DirectRoute route, Change change) throws SQLException {
    Session session = connection.session();
    boolean transactional = route.merge().inTransaction();
    boolean own = transactional && !session.inTransaction();
    if (own) {
      session.begin("");
    }
    try {
      ShardId shard = route.statements().get(0).shard();
      List<Apart> before = apart(session, shard);
      boolean rows = change.run(route);
      List<Apart> added = new ArrayList<>(apart(session, shard));
      added.removeAll(before);
      if (!added.isEmpty()) {
        if (!transactional) {
          undo(route, added, change);
        }
        throw refusal(added.get(0));
      }
      if (own) {
        session.commit();
      }
      return rows;
    } catch (SQLException | RuntimeException | Error e) {
      if (own) {
        session.rollback();
      }
      throw e;
    }
  }

  private static SQLException refusal(Apart added) {
    return SqlErrors.of(
        added.unique() ? ErrorCode.UNIQUE_APART : ErrorCode.FOREIGN_KEY_APART,
        added.name(),
        added.table().displayName());
  }

  private List<Apart> apart(Session session, ShardId shard) throws SQLException {
    Route asking =
        new OneShard(
            Effect.READ_ON_PRIMARY,
            ShardStatement.unchanged(shard, ""),
            KeyHashes.any(),
            true,
            null,
            List.of());
    Held held = session.hold(shard, asking);
    try {
      return rules.apart(held.connection());
    } catch (SQLException e) {
      throw session.failed(held, e);
    } finally {
      session.release(held);
    }
  }

  private static void undo(DirectRoute route, List<Apart> added, Change change)
      throws SQLException {
    for (Apart index : added) {
      List<String> table = index.table().name();
      List<String> name = new ArrayList<>(table.subList(0, table.size() - 1));
      name.add(index.name());
      String sql =
          "DROP INDEX IF EXISTS "
              + String.join(".", name.stream().map(Identifiers::quote).toList());
      change.run(
          new ManyShards(
              Effect.SCHEMA,
              route.statements().stream()
                  .map(each -> ShardStatement.unchanged(each.shard(), sql))
                  .toList(),
              new Merge.SameOnAll(true),
              KeyHashes.any(),
              true,
              List.of()));
    }
  }
}
