package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Statements that leave something on the server's session: temporary tables, prepared statements,
 * cursors that are held, channels listened to, locks.
 *
 * <p>They have a meaning where it is certain which server runs them, and then the connection has to
 * stay with its session.
 */
public final class SessionBound {

  private static final Set<String> VERBS =
      Set.of("listen", "unlisten", "execute", "deallocate", "load");

  private static final Pattern WITH_HOLD =
      Pattern.compile("\\bwith\\s+hold\\b", Pattern.CASE_INSENSITIVE);

  private SessionBound() {}

  /** Whether the statement leaves something behind that only its own session sees. */
  public static boolean is(Statement statement, String sql) {
    return statement instanceof Utility utility
        ? is(utility, sql)
        : locks(statement) || selectsInto(statement) || updatesSettings(statement);
  }

  private static boolean is(Utility utility, String sql) {
    return utility.temporary()
        || VERBS.contains(utility.verb())
        || (utility.verb().equals("prepare") && !utility.object().equals("transaction"))
        || (utility.verb().equals("declare") && WITH_HOLD.matcher(sql).find());
  }

  /** Whether a lock of the session is taken or given back. */
  private static boolean locks(Node node) {
    return (node instanceof Expr.Call call && Functions.isLockOfSession(call))
        || node.anyChild(SessionBound::locks);
  }

  /** SELECT INTO, which may make a temporary table. */
  private static boolean selectsInto(Node node) {
    return node instanceof Query.Select select
        ? select.into() != null
        : node.anyChild(SessionBound::selectsInto);
  }

  /** UPDATE of the view pg_settings, which is SET by another name. */
  private static boolean updatesSettings(Node node) {
    return (node instanceof Update update && update.target().name().last().equals("pg_settings"))
        || node.anyChild(SessionBound::updatesSettings);
  }
}
