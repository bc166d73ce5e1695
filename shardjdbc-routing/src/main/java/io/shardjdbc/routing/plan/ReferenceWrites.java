package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Catalog;
import io.shardjdbc.routing.Catalog.ColumnShape;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import java.util.List;

/**
 * Keeps the copies of a reference table alike: a write that shards could carry out differently is
 * refused.
 */
final class ReferenceWrites {

  private ReferenceWrites() {}

  /** Refuses what reads more than copies, or computes what each shard would compute its own way. */
  static void refuseUnsafe(Table target, Analysis analysis, Uses uses) {
    String function = uses.notCopySafe();
    if (function != null) {
      throw new RoutingException(ErrorCode.NOT_COPY_SAFE, target.displayName(), function);
    }
    for (TableVariable table : analysis.tables()) {
      if (!(table.table() instanceof Table.Reference)) {
        throw new RoutingException(
            ErrorCode.NOT_COPY_SAFE, target.displayName(), "table " + table.table().displayName());
      }
    }
    if (analysis.writesInside() || !analysis.obstacles().isEmpty()) {
      throw new RoutingException(
          ErrorCode.NOT_COPY_SAFE,
          target.displayName(),
          analysis.writesInside() ? "a data-modifying WITH" : analysis.obstacles().get(0));
    }
  }

  /** Refuses an INSERT that leaves a column to a default that each shard computes its own way. */
  static void refuseComputedDefaults(TableVariable target, List<String> givenColumns) {
    if (target.shape().isEmpty()) {
      return;
    }
    for (ColumnShape column : target.shape().get().columns()) {
      boolean computed =
          column.defaults() == Catalog.Default.COMPUTED
              || column.defaults() == Catalog.Default.SEQUENCE;
      if (computed && !givenColumns.contains(column.name())) {
        throw new RoutingException(
            ErrorCode.NOT_COPY_SAFE,
            target.table().displayName(),
            "the default of column " + column.name());
      }
    }
  }
}
