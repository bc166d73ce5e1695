package io.shardjdbc.routing.plan.session;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.routing.route.SessionCommand.Action;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The plan of a statement that the logical connection carries out itself. */
public final class SessionPlan extends StatementPlan {

  private static final Set<String> VERBS =
      Set.of(
          "begin",
          "start",
          "commit",
          "end",
          "rollback",
          "abort",
          "savepoint",
          "release",
          "set",
          "reset",
          "discard");

  private static final Set<String> PARAMETERS = Set.of("set", "reset");

  private static final String CHARACTERISTICS = "SET SESSION CHARACTERISTICS AS TRANSACTION ";

  private final SessionCommand command;

  private SessionPlan(ParsedSql parsed, Hint hint, SessionCommand command) {
    super(
        parsed,
        Effect.SESSION,
        hint,
        List.of(Explanation.name(Effect.SESSION), "  " + words(command.action())));
    this.command = command;
  }

  private static String words(Action action) {
    return action.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  public static boolean isSessionVerb(String verb) {
    return VERBS.contains(verb);
  }

  public static SessionPlan of(ParsedSql parsed, Hint hint, Utility utility) {
    Action action = action(utility);
    String name = name(utility);
    if (action == Action.SET || action == Action.SET_LOCAL) {
      FixedSettings.checkStatement(name, parsed.sql());
    }
    List<SessionCommand.Parameter> parameters = parameters(utility, name, parsed.sql());
    return new SessionPlan(
        parsed, hint, new SessionCommand(action, name, parsed.sql(), parameters));
  }

  /** The whole name: {@code app.tenant} is another parameter than {@code other.tenant}. */
  private static String name(Utility utility) {
    if (!utility.names().isEmpty()) {
      String name = String.join(".", utility.names().get(0).parts());
      return PARAMETERS.contains(utility.verb()) ? name.toLowerCase(Locale.ROOT) : name;
    }
    return utility.object().equals("all") ? "all" : "";
  }

  /** What it sets, each with a text that sets that alone. */
  private static List<SessionCommand.Parameter> parameters(
      Utility utility, String name, String sql) {
    if (!utility.object().equals("session characteristics") || utility.names().isEmpty()) {
      return List.of(new SessionCommand.Parameter(name, sql));
    }
    return utility.names().stream()
        .map(
            each ->
                new SessionCommand.Parameter(
                    each.parts().get(0),
                    CHARACTERISTICS + sql.substring(each.span().start(), each.span().end())))
        .toList();
  }

  private static Action action(Utility utility) {
    String object = utility.object();
    if (object.equals("prepared")) {
      throw refused(utility);
    }
    return switch (utility.verb()) {
      case "begin", "start" -> Action.BEGIN;
      case "commit", "end" -> Action.COMMIT;
      case "rollback", "abort" ->
          object.equals("savepoint") ? Action.ROLLBACK_TO_SAVEPOINT : Action.ROLLBACK;
      case "savepoint" -> Action.SAVEPOINT;
      case "release" -> Action.RELEASE_SAVEPOINT;
      case "set" -> isLocal(object) ? Action.SET_LOCAL : Action.SET;
      case "reset" -> Action.RESET;
      case "discard" -> Action.DISCARD;
      default -> throw refused(utility);
    };
  }

  private static boolean isLocal(String object) {
    return object.equals("local") || object.equals("transaction") || object.equals("constraints");
  }

  private static RoutingException refused(Utility utility) {
    String what = (utility.verb() + " " + utility.object()).strip().toUpperCase(Locale.ROOT);
    return new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, what);
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    return new OfSession(command);
  }
}
