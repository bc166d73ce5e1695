package io.shardjdbc.dispatch;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
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

  /** What texts begin with that can be explained; a query may begin with a bracket. */
  private static final Set<String> EXPLAINED =
      Set.of("", "select", "with", "values", "table", "insert", "update", "delete", "merge");

  private static final String UNDEFINED_TABLE = "42P01";

  private WholeText() {}

  /**
   * The error to report of a statement that failed, outside of a transaction.
   *
   * @param ofData finds the first error, where the fault is in the data
   */
  static SQLException errorOf(
      Runner runner,
      Planned planned,
      Execution<?> execution,
      SQLException failed,
      UnaryOperator<SQLException> ofData) {
    Route route = execution.route();
    boolean own = planned.numbered() == null; // with places for numbers, it is another text
    if (own && route.isCallersText() && !route.isOverSeveralShards()) {
      return failed;
    }
    SQLException whole =
        mayExplain(planned, execution) && (isFault(failed) || isOfOneOfSeveral(route, failed))
            ? explained(runner, execution, planned.plan().sql())
            : null;
    // A table of one shard is not where the text was explained.
    if (whole == null || !isFault(whole) || UNDEFINED_TABLE.equals(whole.getSQLState())) {
      SQLException first = ofData.apply(failed);
      return own && route.isCallersText()
          ? first
          : SqlErrors.inCallersText(first, OptionalInt.empty());
    }
    return SqlErrors.inCallersText(
        whole, own ? OptionalInt.of(EXPLAIN.length()) : OptionalInt.empty());
  }

  private static boolean mayExplain(Planned planned, Execution<?> execution) {
    Effect effect = execution.route().effect();
    return !execution.session().inTransaction()
        && (effect == Effect.READ || effect == Effect.WRITE)
        && execution.invocation().form() != Invocation.Form.CALL
        && execution.work().isRepeatable()
        && EXPLAINED.contains(SqlParser.verb(planned.plan().sql()));
  }

  /** Whether it is a row's fault, which one server does not come to where the text has a fault. */
  private static boolean isOfOneOfSeveral(Route route, SQLException failed) {
    return FirstFailure.mayBeOfRow(failed) && route.isOverSeveralShards() && !route.isAlikeOnAll();
  }

  private static boolean isFault(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && state.length() == 5
        && CLASSES.contains(state.substring(0, 2))
        && !(e instanceof CodedError);
  }

  private static @Nullable SQLException explained(
      Runner runner, Execution<?> execution, String sql) {
    ShardId shard = execution.route().shards().get(0);
    ShardStatement explain = ShardStatement.unchanged(shard, EXPLAIN + sql);
    DirectRoute one = new OneShard(Effect.READ, explain, KeyHashes.any(), true, null, List.of());
    Invocation asked = execution.invocation();
    Invocation part =
        new Invocation(asked.form(), asked.bindings(), asked.options().ofPart(), Map.of());
    try {
      runner.run(execution.on(one).doing(part)).close();
      return null;
    } catch (SQLException e) {
      return e;
    }
  }
}
