package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.HashMap;
import java.util.Map;

/** Tells which functions of users call a function of large objects, by themselves or by others. */
final class ObjectFunctions {

  private final Tables tables;
  private final Map<String, Boolean> known = new HashMap<>();

  ObjectFunctions(Tables tables) {
    this.tables = tables;
  }

  /** Whether one of the functions that a call may mean does so. */
  boolean has(Expr.Call call) {
    return tables.catalog().userCode().named(call.name().last()).stream().anyMatch(this::has);
  }

  private boolean has(Routine routine) {
    boolean promised = tables.configuration().promise(routine.schema(), routine.name()).isPresent();
    boolean read = routine.language().equals("sql") || routine.language().equals("plpgsql");
    if (promised || !read) {
      return false;
    }
    Boolean before = known.putIfAbsent(routine.signature(), false); // for one that calls itself
    if (before != null) {
      return before;
    }
    boolean has =
        tables.catalog().sources(routine.signature()).stream()
            .map(
                source ->
                    routine.language().equals("sql")
                        ? RoutineBody.ofSql(source)
                        : RoutineBody.ofPlpgsql(source))
            .flatMap(body -> body.statements().stream())
            .flatMap(statement -> Mentions.of(statement.statement()).calls().stream())
            .anyMatch(call -> Functions.isOfLargeObjects(call) || has(call));
    known.put(routine.signature(), has);
    return has;
  }
}
