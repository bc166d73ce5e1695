package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.Merge;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.ShardStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets the caller's own text make the error of a statement that ran in another form.
 *
 * <p>One PostgreSQL reads the whole text before it runs any of it, and tells of the first thing
 * that is wrong. Where parts of it run apart, another one may be met first. So, once a server has
 * found a fault, one server is asked to explain the text as it is: what it says then is the error.
 * If it says nothing, the fault is in the data, and stands as it was found.
 */
final class WholeText {

  /** Faults of a statement or its values; not those of a connection, a lock or a limit. */
  private static final Set<String> CLASSES = Set.of("0A", "21", "22", "42");

  private static final String UNDEFINED_TABLE = "42P01";

  private WholeText() {}

  /** The error to report of a statement that failed, outside of a transaction. */
  static SQLException errorOf(
      Results results, Route route, Planned planned, Invocation invocation, SQLException failed) {
    boolean asWritten = route.isSingle() && route.only().isUnchanged();
    if (asWritten
        || results.session().inTransaction()
        || !(route.effect() == Effect.READ || route.effect() == Effect.WRITE)
        || invocation.form() == Invocation.Form.CALL
        || !invocation.isRepeatable()
        || !isFault(failed)) {
      return failed;
    }
    SQLException whole = explained(results, route, planned.plan().sql(), invocation);
    // A table of one shard is not where the text was explained.
    return whole == null || !isFault(whole) || UNDEFINED_TABLE.equals(whole.getSQLState())
        ? failed
        : whole;
  }

  private static boolean isFault(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && state.length() == 5
        && CLASSES.contains(state.substring(0, 2))
        && !SqlErrors.isOfCatalogue(e);
  }

  private static @Nullable SQLException explained(
      Results results, Route route, String sql, Invocation invocation) {
    StatementOptions options =
        new StatementOptions(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CLOSE_CURSORS_AT_COMMIT);
    options.escapes(invocation.options().escapes());
    options.queryTimeout(invocation.options().queryTimeout());
    ShardStatement explain =
        ShardStatement.unchanged(route.statements().get(0).shard(), "EXPLAIN " + sql);
    Route one =
        new Route(Effect.READ, List.of(explain), new Merge.Single(), KeyHashes.any(), true, null);
    Results part = results.ofPart();
    try {
      part.execute(
          one, new Invocation(invocation.form(), invocation.bindings(), options, Map.of()));
      part.reset();
      return null;
    } catch (SQLException e) {
      return e;
    }
  }
}
