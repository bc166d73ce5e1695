package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.List;

/** What triggers, rules and expressions of tables do, with the conditions on which they do it. */
final class AttachedCode {

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
