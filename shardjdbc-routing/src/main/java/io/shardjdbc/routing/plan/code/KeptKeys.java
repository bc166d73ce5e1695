package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
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
   * @throws RoutingException if a trigger's function may give a row another shard key
   */
  static void require(
      String trigger, String signature, Table.Sharded owner, Reaches reaches, Catalog catalog) {
    boolean read =
        reaches.code().signed(signature).stream()
            .map(Routine::language)
            .anyMatch("plpgsql"::equals);
    for (String source : read ? catalog.sources(signature) : List.<String>of()) {
      Set<String> given = RoutineBody.ofPlpgsql(source).given();
      if (given.contains(RoutineBody.ANY)
          || owner.key().stream().anyMatch(column -> given.contains(column.name()))) {
        throw new RoutingException(
            ErrorCode.CODE_BEYOND_SHARD, trigger, "may give a row another shard key");
      }
    }
  }
}
