package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.SessionCommand;
import io.shardjdbc.routing.SessionCommand.Action;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The plan of a statement that the logical connection carries out itself. */
final class SessionPlan extends StatementPlan {

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

  /**
   * Settings that change what a text means: statements, and values on their way between servers,
   * are read as with the default.
   */
  private static final Set<String> READ_BY_THE_ROUTER =
      Set.of(
          "standard_conforming_strings",
          "transform_null_equals",
          "array_nulls",
          "extra_float_digits");

  private final SessionCommand command;

  private SessionPlan(ParsedSql parsed, Hint hint, SessionCommand command) {
    super(
        parsed,
        Effect.SESSION,
        hint,
        List.of(),
        List.of(Explanation.name(Effect.SESSION), "  " + words(command.action())));
    this.command = command;
  }

  private static String words(Action action) {
    return action.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  static boolean isSessionVerb(String verb) {
    return VERBS.contains(verb);
  }

  static SessionPlan of(ParsedSql parsed, Hint hint, Utility utility) {
    String name = utility.names().isEmpty() ? "" : utility.names().get(0).last();
    if (utility.verb().equals("set") && READ_BY_THE_ROUTER.contains(name)) {
      throw new RoutingException(ErrorCode.NOT_IMPLEMENTED, "SET " + name);
    }
    return new SessionPlan(parsed, hint, new SessionCommand(action(utility), name, parsed.sql()));
  }

  private static Action action(Utility utility) {
    String object = utility.object();
    if (object.equals("prepared") || object.equals("chain")) {
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
  Route routed(List<@Nullable Object> values) {
    return new Route(Effect.SESSION, List.of(), SINGLE, KeyHashes.any(), false, command);
  }
}
