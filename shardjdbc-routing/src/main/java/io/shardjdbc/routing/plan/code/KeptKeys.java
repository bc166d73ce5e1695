package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.List;
import java.util.Set;

/**
 * Triggers leave shard keys as they are: a row lies where the key says that its statement gives it.
 */
final class KeptKeys {

  private KeptKeys() {}

  /**
   * @param trigger in words, for the message
   * @param attached the same
   * @throws RoutingException if a trigger's function may give a row another shard key
   */
  static void require(
      String trigger, Attached attached, Table.Sharded owner, Reaches reaches, Catalog catalog) {
    String signature = attached.signature().orElse("");
    List<String> languages =
        reaches.code().signed(signature).stream().map(Routine::language).toList();
    boolean gives = languages.contains("c") && isGiven(owner, attached.text().orElse(""));
    for (String source :
        languages.contains("plpgsql") ? catalog.sources(signature) : List.<String>of()) {
      Set<String> given = RoutineBody.ofPlpgsql(source).given();
      gives |=
          given.contains(RoutineBody.ANY)
              || owner.key().stream().anyMatch(column -> given.contains(column.name()));
    }
    if (gives) {
      throw new RoutingException(
          ErrorCode.CODE_BEYOND_SHARD, trigger, "may give a row another shard key");
    }
  }

  /** What is written in C knows a column by the arguments of its trigger alone. */
  private static boolean isGiven(Table.Sharded owner, String definition) {
    return owner.key().stream()
        .map(column -> "'" + column.name().replace("'", "''") + "'")
        .anyMatch(definition::contains);
  }
}
