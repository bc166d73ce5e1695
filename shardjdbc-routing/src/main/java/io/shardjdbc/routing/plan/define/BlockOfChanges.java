package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.plan.catalogue.CataloguePlan;
import io.shardjdbc.routing.plan.code.CodeCheck;
import io.shardjdbc.routing.plan.code.DefinitionCode;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.EverywherePlan;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.Set;

/**
 * Recognizes DO blocks of which every statement changes the schema on every shard alike, as
 * migrations have them: {@code DO $$ BEGIN CREATE TYPE ..; EXCEPTION WHEN duplicate_object THEN
 * NULL; END $$}. What they ask, they ask the catalog.
 */
final class BlockOfChanges {

  private static final Set<String> VERBS =
      Set.of("create", "alter", "drop", "comment", "grant", "revoke");

  private final Tables tables;

  BlockOfChanges(Tables tables) {
    this.tables = tables;
  }

  boolean is(String sql) {
    RoutineBody body = RoutineBody.ofDo(sql);
    return body.opaque() == null
        && body.statements().stream().allMatch(this::isAlike)
        && body.statements().stream().anyMatch(each -> each.statement() instanceof Utility);
  }

  private boolean isAlike(ParsedSql part) {
    Statement statement = part.statement();
    if (statement instanceof SelectStatement) {
      return CodeCheck.asksCatalogAlone(statement, tables)
          && !CataloguePlan.isApart(statement, tables.configuration(), tables.catalog());
    }
    if (!(statement instanceof Utility utility) || !VERBS.contains(utility.verb())) {
      return false;
    }
    return Trial.of(
            () -> {
              DefinitionCode.check(part.sql(), utility, tables);
              return new UtilityPlanner(tables, part, Hint.NONE, utility)
                  .plan(inner -> new ShowPlan(part, Hint.NONE));
            })
        .fold(EverywherePlan.class::isInstance, why -> false);
  }
}
