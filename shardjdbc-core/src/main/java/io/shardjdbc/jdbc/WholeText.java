package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets the caller's own text make the error of a statement that ran in another form.
 *
 * <p>One PostgreSQL reads the whole text before it runs any of it, and tells of the first thing
 * that is wrong. Where parts of it run apart, another one may be met first. So, once a server has
 * found a fault, one server is asked to explain the text as it is: what it says then is the error.
 * If it says nothing, the fault is in the data, and stands as it was found. A position in a text
 * that is not the caller's is left out.
 */
final class WholeText {

  /** Faults of a statement or its values; not those of a connection, a lock or a limit. */
  private static final Set<String> CLASSES = Set.of("0A", "21", "22", "42");

  private static final String EXPLAIN = "EXPLAIN ";
  private static final String UNDEFINED_TABLE = "42P01";

  private WholeText() {}

  /** The error to report of a statement that failed, outside of a transaction. */
  static SQLException errorOf(
      Results results, Route route, Planned planned, Invocation invocation, SQLException failed) {
    boolean own = planned.numbered() == null; // with places for numbers, it is another text
    if (own && route.isCallersText() && !route.isOverSeveralShards()) {
      return failed;
    }
    SQLException whole =
        mayExplain(results, route, planned, invocation) && isFault(failed)
            ? explained(results, route, planned.plan().sql(), invocation)
            : null;
    // A table of one shard is not where the text was explained.
    if (whole == null || !isFault(whole) || UNDEFINED_TABLE.equals(whole.getSQLState())) {
      return own && route.isCallersText()
          ? failed
          : SqlErrors.inCallersText(failed, OptionalInt.empty());
    }
    return SqlErrors.inCallersText(
        whole, own ? OptionalInt.of(EXPLAIN.length()) : OptionalInt.empty());
  }

  private static boolean mayExplain(
      Results results, Route route, Planned planned, Invocation invocation) {
    String sql = planned.plan().sql().stripLeading();
    return !results.session().inTransaction()
        && (route.effect() == Effect.READ || route.effect() == Effect.WRITE)
        && invocation.form() != Invocation.Form.CALL
        && invocation.isRepeatable()
        && !sql.regionMatches(true, 0, EXPLAIN, 0, EXPLAIN.length() - 1);
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
    ShardStatement explain = ShardStatement.unchanged(route.shards().get(0), EXPLAIN + sql);
    Route one = new OneShard(Effect.READ, explain, KeyHashes.any(), true, null, List.of());
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
