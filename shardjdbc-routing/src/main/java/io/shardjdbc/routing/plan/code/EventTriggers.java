package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import java.util.Set;

/**
 * The event triggers that a definition fires, on each shard that it runs on.
 *
 * <p>One server would run them once. So they may do nothing with tables but read copies; what they
 * write, each shard would write, and what they read of a sharded table is a part.
 */
final class EventTriggers {

  private static final Set<String> FIRING =
      Set.of(
          "create",
          "alter",
          "drop",
          "grant",
          "revoke",
          "comment",
          "security",
          "reindex",
          "refresh",
          "import",
          "do");

  private EventTriggers() {}

  /**
   * @throws RoutingException where one of them would do something else than on one server
   */
  static void check(Node statement, Tables tables, Reaches reaches) {
    if (!(statement instanceof Utility utility)
        || !FIRING.contains(utility.verb())
        || isOfTrigger(utility)
        || tables.isAlone()) {
      return;
    }
    tables
        .catalog()
        .userCode()
        .onEvents()
        .forEach((name, signature) -> judge(name, reaches.signed(signature), tables));
  }

  /** So that a trigger which stands in the way can be taken away. */
  private static boolean isOfTrigger(Utility utility) {
    return utility.object().equals("event") || utility.object().equals("event trigger");
  }

  private static void judge(String name, Reach reach, Tables tables) {
    String what = "event trigger " + Identifiers.quote(name);
    if (reach.opaque() != null) {
      throw new RoutingException(ErrorCode.CODE_BEYOND_SHARD, what, reach.opaque());
    }
    for (List<String> table : reach.writes()) {
      if (!tables.behind(table).isEmpty()) {
        throw beyond(what, "writes ", table);
      }
    }
    for (List<String> table : reach.reads()) {
      boolean apart =
          !Tables.isSystem(table)
              && tables.behind(table).stream().anyMatch(t -> !(t instanceof Table.Reference));
      if (apart) {
        throw beyond(what, "reads ", table);
      }
    }
  }

  private static RoutingException beyond(String what, String verb, List<String> table) {
    return new RoutingException(
        ErrorCode.CODE_BEYOND_SHARD, what, verb + Identifiers.display(table));
  }
}
