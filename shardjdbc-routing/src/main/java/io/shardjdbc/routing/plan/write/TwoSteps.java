package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.function.Supplier;

/**
 * A query that is answered first, and the plan of the write that goes on with its rows.
 *
 * @param query what is asked
 * @param write what is done then
 */
record TwoSteps(SourceQuery query, Plan write) {

  static Found<TwoSteps> of(Found<SourceQuery> query, Supplier<Found<Plan>> write) {
    return query.then(first -> write.get().map(then -> new TwoSteps(first, then)));
  }

  /**
   * Whether each shard runs a write of our own making as it stands. Of one that needs rows of other
   * shards, the plan makes other texts.
   */
  static boolean isOfText(Route route) {
    DirectRoute direct = route.direct();
    return direct != null && direct.isCallersText();
  }

  /** A route by which each shard runs the write as it stands. */
  static DirectRoute ofText(Route route) {
    DirectRoute direct = route.direct();
    if (direct == null || !direct.isCallersText()) {
      throw new IllegalStateException("the rows of another shard are needed");
    }
    return direct;
  }

  /** The plan of a write of our own making. */
  static Found<Plan> write(Tables tables, ParsedSql parsed) {
    Statement statement = parsed.statement();
    return statement instanceof Insert insert
        ? new InsertPlanner(tables, parsed, QuestionMarks.PARAMETERS, Hint.NONE, insert).plan()
        : new WritePlanner(tables, parsed, QuestionMarks.PARAMETERS, Hint.NONE).plan(statement);
  }
}
