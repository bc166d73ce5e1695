package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.read.SelectPlanner.PartsApart;
import io.shardjdbc.routing.plan.read.SelectPlanner.RestOfQuery;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.route.Sight;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;

/**
 * What values of a SELECT may ask for that its text pins to keys: found out from the text, which is
 * read once more. The tree of a text is many times as large as the text, and plans are kept.
 *
 * @param marksBind whether {@code ?} is a parameter in the text
 * @param questionMarks what {@code ?} is planned to be
 */
public record RestOfText(
    Tables tables, String sql, boolean marksBind, QuestionMarks questionMarks, PartsApart parts)
    implements RowPlan.Rest {

  @Override
  public RowPlan.Alternatives alternatives() {
    return read().alternatives();
  }

  @Override
  public Sight sight() {
    return read().sight();
  }

  private RestOfQuery read() {
    try {
      ParsedSql parsed =
          SqlParser.parse(sql, marksBind ? QuestionMarks.PARAMETERS : QuestionMarks.OPERATORS);
      return new RestOfQuery(
          new SelectPlanner(tables, parsed, questionMarks, Hint.NONE, parts),
          ((SelectStatement) parsed.statement()).query());
    } catch (SqlSyntaxException e) {
      throw new RoutingException(ErrorCode.SYNTAX, String.valueOf(e.getMessage()));
    }
  }
}
