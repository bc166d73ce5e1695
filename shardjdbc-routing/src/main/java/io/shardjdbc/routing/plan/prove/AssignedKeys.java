package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.KeySet;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.route.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What SET gives to columns of the key, to be compared with the key that rows have once the values
 * are known.
 *
 * @param rows what is known of the rows' own keys
 */
public record AssignedKeys(Table.Sharded table, Targets.Target rows, List<Assigned> assigned) {

  /**
   * @param column its place in the key
   * @param domain what it is given; null for something else than constants
   */
  record Assigned(int column, @Nullable Domain domain) {}

  public AssignedKeys {
    assigned = List.copyOf(assigned);
  }

  /** On one shard, the value has to be the one the rows are pinned to: null. */
  public @Nullable Refusal changesWith(List<@Nullable Object> values) {
    for (Assigned assignment : assigned) {
      KeyReader reader = new KeyReader(rows.types().get(assignment.column()), values);
      KeySet before = reader.read(rows.domains().get(assignment.column()));
      boolean same =
          assignment.domain() != null
              && before instanceof KeySet.Keys keys
              && keys.keys().size() == 1
              && before.equals(reader.read(assignment.domain()));
      if (!same) {
        return changes(table, assignment.column());
      }
    }
    return null;
  }

  static Refusal changes(Table.Sharded table, int column) {
    return Refusal.of(ErrorCode.KEY_UPDATE, table.displayName(), table.key().get(column).name());
  }
}
