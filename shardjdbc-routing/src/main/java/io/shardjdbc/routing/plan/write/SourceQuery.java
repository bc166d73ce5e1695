package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.read.SelectPlanner;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query that stands in a write, planned as if it stood alone.
 *
 * @param plan reads primaries
 * @param parameters for each of its parameters the index (from 1) of the caller's value
 */
record SourceQuery(Plan plan, List<Integer> parameters) {

  SourceQuery {
    parameters = List.copyOf(parameters);
  }

  /**
   * Refused where no read path answers it.
   *
   * @param with the WITH of the write, whose tables the query may name
   */
  static Found<SourceQuery> of(
      Tables tables,
      ParsedSql write,
      QuestionMarks questionMarks,
      Query.@Nullable With with,
      Span query) {
    return of(tables, write, questionMarks, with, query, List.of());
  }

  /**
   * @param edits changes of the query
   */
  static Found<SourceQuery> of(
      Tables tables,
      ParsedSql write,
      QuestionMarks questionMarks,
      Query.@Nullable With with,
      Span query,
      List<Template.Edit> edits) {
    Template text = new Template(write);
    if (with != null && write.sql().regionMatches(true, query.start(), "with", 0, 4)) {
      text.copy(with.span()).write(" (").copy(query, edits).write(")");
    } else if (with != null) {
      text.copy(with.span()).write(" ").copy(query, edits);
    } else {
      text.copy(query, edits);
    }
    return of(tables, text, questionMarks);
  }

  static Found<SourceQuery> of(Tables tables, Template text, QuestionMarks questionMarks) {
    ParsedSql alone = SqlParser.parse(text.text(), questionMarks);
    return new SelectPlanner(tables, alone, questionMarks, Hint.PRIMARY, PartFirst::plan)
        .plan((SelectStatement) alone.statement())
        .map(plan -> new SourceQuery(plan, text.parameters()));
  }
}
