package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.WholeRowsPlan.Whole;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What triggers, rules and expressions of tables do, with the conditions on which they do it. */
final class AttachedCode {

  private static final Pattern TELLING =
      Pattern.compile("\\braise\\s+(debug|log|info|notice|warning)\\b", Pattern.CASE_INSENSITIVE);

  private AttachedCode() {}

  /** What a trigger, a rule or an expression touches. */
  static Reach reach(Attached attached, Reaches reaches) {
    return switch (attached.kind()) {
      case RULE -> reaches.of(RoutineBody.ofRule(attached.text().orElse("")));
      case TRIGGER -> {
        Reach function = reaches.signed(attached.signature().orElse(""));
        yield attached
            .text()
            .filter(text -> text.contains(" WHEN ("))
            .map(text -> Reach.either(List.of(function, reaches.of(RoutineBody.ofCondition(text)))))
            .orElse(function);
      }
      case EXPRESSION -> reaches.signed(attached.signature().orElse(""));
      case POLICY, REFERENCE -> Reach.NOTHING;
    };
  }

  /**
   * Why one shard has to fire a trigger for all that its statement changes; empty where each may
   * fire it.
   */
  static Optional<Whole> whole(String trigger, Attached attached, Reaches reaches) {
    String why =
        switch (attached.fires()) {
          case FOR_EACH_ROW -> null;
          case FOR_STATEMENT ->
              tellsOfBoth(attached.signature().orElse(""), reaches)
                  ? "raises notices for each statement by a function that does so for rows, too"
                  : null;
          case WITH_ALL_ROWS -> "reads all rows that the statement changes";
        };
    return Optional.ofNullable(why).map(reason -> new Whole(trigger, reason));
  }

  /** Whether nobody can tell its notices for a statement, which come once, from those for rows. */
  private static boolean tellsOfBoth(String signature, Reaches reaches) {
    List<Routine> functions = reaches.code().signed(signature);
    return functions.stream().anyMatch(function -> reaches.code().isOfBoth(function.name()))
        && reaches.sources(signature).stream().anyMatch(text -> TELLING.matcher(text).find());
  }

  /** Refuses what would give the copies of a reference table different rows. */
  static void refuseUnlikeCopies(
      List<String> name, Attached attached, Reaches reaches, Tables tables) {
    String what =
        switch (attached.kind()) {
          case RULE -> "rule ";
          case TRIGGER -> "trigger ";
          case EXPRESSION -> "column ";
          case POLICY, REFERENCE -> "";
        };
    if (!what.isEmpty()
        && !attached.name().isEmpty()
        && tables.behind(name).stream().anyMatch(Table.Reference.class::isInstance)) {
      String unsteady = reach(attached, reaches).unsteady();
      if (unsteady != null) {
        throw new RoutingException(
            ErrorCode.NOT_COPY_SAFE,
            Identifiers.display(name),
            unsteady + " in " + what + attached.name());
      }
    }
  }
}
