package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call as a query that calls the same function: {@code CALL f(?)}, {@code {call f(?)}}, {@code {?
 * = call f(?)}}. Parameters keep their numbers.
 */
public final class CallText {

  private static final Pattern CALL =
      Pattern.compile(
          "(?is)\\s*(?:(?:/\\*.*?\\*/|--[^\\n"
              + "]*\\n"
              + ")\\s*)*\\{?\\s*(\\?\\s*=)?\\s*call\\s+(.*?)\\s*\\}?[;\\s]*");

  private CallText() {}

  /**
   * @throws RoutingException where it is not understood, or calls what only a statement of its own
   *     may call
   */
  public static ParsedSql asQuery(String sql) {
    Matcher matcher = CALL.matcher(sql);
    if (!matcher.matches()) {
      throw new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, "CALL in this form");
    }
    String call = matcher.group(2);
    String whole = call.indexOf('(') < 0 ? call + "()" : call;
    String text = "SELECT " + (matcher.group(1) == null ? "" : "?, ") + whole;
    try {
      ParsedSql query = SqlParser.parse(text, QuestionMarks.PARAMETERS);
      for (Expr.Call each : Mentions.of(query.statement()).calls()) {
        refuseOfSession(each);
      }
      return query;
    } catch (SqlSyntaxException e) {
      throw new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, "CALL in this form");
    }
  }

  private static void refuseOfSession(Expr.Call call) {
    String name = call.name().last();
    boolean numbers = name.equals("nextval") || name.equals("setval");
    if (Functions.isOfSession(call) || numbers) {
      throw new RoutingException(ErrorCode.SESSION_FUNCTION, name);
    }
    if (ServerFunctions.isOfLocks(name) || ServerFunctions.notifies(name)) {
      throw new RoutingException(ErrorCode.WITHOUT_HOME, name);
    }
  }
}
