package io.shardjdbc.routing.plan.session;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.routing.route.SessionCommand.Action;
import io.shardjdbc.routing.route.Sight;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The plan of {@code SELECT set_config(name, value, local)} alone: SET in the form of a function.
 *
 * <p>It is kept on the session like SET, to be replayed on every physical connection, and runs
 * where it is asked, for its answer.
 */
public final class SetConfigPlan extends StatementPlan {

  private static final int ARGUMENTS = 3;

  private final Expr name;
  private final Expr value;
  private final boolean local;

  private SetConfigPlan(ParsedSql parsed, Hint hint, Expr name, Expr value, boolean local) {
    super(
        parsed,
        Effect.READ_ON_PRIMARY,
        hint,
        List.of(Explanation.name(Effect.SESSION), local ? "  set local" : "  set"));
    this.name = name;
    this.value = value;
    this.local = local;
  }

  /** The plan, or null where the statement is another, or its arguments are not constants. */
  public static @Nullable SetConfigPlan of(ParsedSql parsed, Hint hint, SelectStatement statement) {
    Query query = statement.query();
    if (query.with() != null
        || query.limitSpan() != null
        || !(query.body() instanceof Query.Select select)
        || select.items().size() != 1
        || !select.from().isEmpty()
        || select.where() != null
        || select.into() != null
        || !(select.items().get(0).value() instanceof Expr.Call call)
        || !call.name().last().equals("set_config")
        || call.arguments().size() != ARGUMENTS
        || !isText(call.arguments().get(0))
        || !isText(call.arguments().get(1))
        || !(call.arguments().get(2) instanceof Expr.Literal local)
        || (local.kind() != Expr.LiteralKind.TRUE && local.kind() != Expr.LiteralKind.FALSE)) {
      return null;
    }
    return new SetConfigPlan(
        parsed,
        hint,
        call.arguments().get(0),
        call.arguments().get(1),
        local.kind() == Expr.LiteralKind.TRUE);
  }

  private static boolean isText(Expr e) {
    return e instanceof Expr.Parameter
        || (e instanceof Expr.Literal literal
            && (literal.kind() == Expr.LiteralKind.STRING
                || literal.kind() == Expr.LiteralKind.NULL));
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    String parameter = text(name, values);
    SessionCommand command = parameter == null ? null : command(parameter, text(value, values));
    return onAny(map.first(), KeyHashes.any(), command, Sight.NOTHING);
  }

  /** NULL sets a parameter to its default; as a name, the server refuses it. */
  private SessionCommand command(String parameter, @Nullable String to) {
    String lower = parameter.toLowerCase(Locale.ROOT);
    FixedSettings.check(lower, String.valueOf(to));
    String sql =
        "SELECT set_config("
            + quote(parameter)
            + ", "
            + quote(to)
            + (local ? ", true)" : ", false)");
    return new SessionCommand(local ? Action.SET_LOCAL : Action.SET, lower, sql);
  }

  private static @Nullable String text(Expr e, List<@Nullable Object> values) {
    if (e instanceof Expr.Parameter parameter) {
      Object bound = values.get(parameter.index() - 1);
      if (bound != null && !(bound instanceof String)) {
        throw new RoutingException(ErrorCode.USAGE, "set_config takes texts");
      }
      return bound == null ? null : bound.toString();
    }
    Expr.Literal literal = (Expr.Literal) e;
    return literal.kind() == Expr.LiteralKind.NULL ? null : literal.value();
  }

  private static String quote(@Nullable String text) {
    return text == null ? "NULL" : "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
