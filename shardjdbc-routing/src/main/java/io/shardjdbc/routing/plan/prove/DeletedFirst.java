package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Delete;
import org.jspecify.annotations.Nullable;

/**
 * Whether the parts of a WITH that write can be carried out before the INSERT that takes their
 * rows: {@code WITH old AS (DELETE FROM a .. RETURNING *) INSERT INTO b SELECT .. FROM old}.
 *
 * <p>One server runs all of it by one snapshot, and leaves foreign keys and triggers to the end: a
 * cascade meets the rows that the INSERT has added. In two statements of one transaction it comes
 * to the same if the parts only delete, from tables that the INSERT does not write to and whose
 * rows nothing hangs on: no trigger, no cascade.
 */
public final class DeletedFirst {

  private DeletedFirst() {}

  /** Refused where the order might show; else null. */
  public static @Nullable Refusal refusal(Analysis analysis, TableVariable target, Tables tables) {
    if (!analysis.writesInside()) {
      return null;
    }
    boolean apart =
        analysis.tables().stream()
            .filter(table -> table != target)
            .noneMatch(table -> table.table().equals(target.table()));
    boolean deletes =
        analysis.parts().stream()
            .allMatch(part -> part.statement() instanceof Delete && isPlain(part, tables));
    return apart && deletes
        ? null
        : Refusal.of(ErrorCode.WRITE_NOT_MERGEABLE, "a data-modifying WITH");
  }

  /** Whether nothing but the rows themselves changes when rows are deleted. */
  private static boolean isPlain(Analysis.Part part, Tables tables) {
    return tables
        .catalog()
        .moves(part.write().target().table().name())
        .map(moves -> moves.obstacle().isEmpty())
        .orElse(false);
  }
}
