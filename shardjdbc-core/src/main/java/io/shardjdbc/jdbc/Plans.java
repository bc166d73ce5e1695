package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.session.Patience;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans the statements of one connection.
 *
 * <p>A transaction that has changed the schema plans by what it sees itself, and remembers nothing
 * of it for others.
 */
final class Plans {

  private final LogicalConnection connection;
  private final Environment environment;
  private @Nullable Planner own;
  private int ownChanges;

  Plans(LogicalConnection connection, Environment environment) {
    this.connection = connection;
    this.environment = environment;
  }

  /** Who plans by what the open transaction sees. */
  Planner router() {
    int changes = connection.session().modes().definitions();
    if (changes == 0) {
      own = null;
      return environment.router();
    }
    Planner router = own;
    if (router == null || changes != ownChanges) {
      router = environment.routerOf().apply(connection.session());
      own = router;
      ownChanges = changes;
    }
    return router;
  }

  /**
   * The plan of a text that takes values.
   *
   * @param hint what is asked for beside the text
   */
  Plan plan(String sql, Hint hint) throws SQLException {
    Hint whole = connection.hint().and(hint);
    return admitted(Asking.of(() -> found(sql, whole, true)));
  }

  /** The plan of a text without values. */
  Plan textPlan(String sql) throws SQLException {
    return admitted(Asking.of(() -> found(sql, connection.hint(), false)));
  }

  /** What a transaction plans by itself is asked on its own connections, as its statements are. */
  private Found<Plan> found(String sql, Hint hint, boolean takesValues) throws SQLException {
    Planner router = router();
    Patience patience = connection.session().gate().patience();
    if (patience.isEndless() || router != environment.router()) {
      return found(router, sql, hint, takesValues);
    }
    Found<Plan> known = router.known(sql, hint, takesValues);
    return known != null
        ? known
        : environment.planning().within(patience, () -> found(router, sql, hint, takesValues));
  }

  private static Found<Plan> found(Planner router, String sql, Hint hint, boolean takesValues) {
    return takesValues ? router.find(sql, hint) : router.findText(sql, hint);
  }

  /** Whether a text without values is several statements. */
  boolean isScript(String sql) throws SQLException {
    Found<Plan> found = Asking.of(() -> router().findText(sql, connection.hint()));
    Refusal why = found.why();
    return why != null && why.code() == ErrorCode.SEVERAL_STATEMENTS;
  }

  /**
   * In an aborted transaction nothing goes on that does not end it; but a server tells first that
   * it does not understand a text.
   */
  private Plan admitted(Found<Plan> found) throws SQLException {
    Plan plan = found.orNull();
    Refusal why = found.why();
    boolean goesOn =
        plan != null
            ? plan.effect() == Effect.SESSION
            : why != null && why.code().kind() == ErrorCode.Kind.SYNTAX;
    if (!goesOn && (why == null || why.code() != ErrorCode.SEVERAL_STATEMENTS)) {
      connection.session().gate().requireNotAborted();
    }
    if (plan != null) {
      requireViews(plan);
      Numbering numbering = plan.numbering().orElse(null);
      if (numbering != null) {
        requireViews(numbering.plan());
      }
    }
    return found.orThrow(SqlErrors::of);
  }

  /** Views are replaced as the connection's first user and search path find them. */
  private void requireViews(Plan plan) throws SQLException {
    if (plan.replacesViews()) {
      connection.session().gate().requireNoRole();
    }
    if (plan.namesViewsByPath()) {
      connection.session().gate().requireNoPath();
    }
  }

  /** The plan in words, and where it goes with these values. */
  String explained(String sql, @Nullable Object... values) {
    return router().explain(sql, connection.hint(), Arrays.asList(values));
  }

  /** The executions of a batch. */
  List<Planned> planned(List<BatchEntry> entries, boolean texts) throws SQLException {
    List<Plan> plans = new ArrayList<>(entries.size());
    BatchEntry before = null;
    Plan plan = null;
    for (BatchEntry entry : entries) {
      if (plan == null || before == null || !entry.isPlannedAs(before)) {
        plan = texts ? textPlan(entry.sql()) : plan(entry.sql(), entry.hint());
      }
      before = entry;
      plans.add(plan);
    }
    return Numbers.of(connection, plans, entries);
  }

  /** An execution of a text that takes values. */
  Planned planned(String sql, Hint hint, Bindings bindings) throws SQLException {
    return Numbers.of(connection, plan(sql, hint), bindings);
  }

  /** An execution of a text without values. */
  Planned planned(String text) throws SQLException {
    return Numbers.of(connection, textPlan(text), Bindings.NONE);
  }
}
