package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.keys.Storing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the values of a column are the same keys once another table stores them as its own:
 * a key of fewer digits or letters rounds or cuts them, and one of another type is another key.
 */
public final class StoredAlike {

  private StoredAlike() {}

  /**
   * Whether all values are.
   *
   * @param i the column of the target's key
   */
  public static boolean is(TableVariable target, int i, ColumnId column, Analysis analysis) {
    String name = ((Table.Sharded) target.table()).key().get(i).name();
    ColumnShape to = target.shape().flatMap(shape -> shape.column(name)).orElse(null);
    if (to == null) {
      return true; // no server has said what the table is
    }
    return isKept(column, to, analysis);
  }

  private static boolean isKept(ColumnId column, ColumnShape to, Analysis analysis) {
    Optional<TableVariable> table =
        Stream.concat(analysis.tables().stream(), analysis.returned().stream())
            .filter(variable -> variable.id() == column.variable())
            .findFirst();
    if (table.isPresent()) {
      return table.get().shape().isEmpty()
          || keepsAll(table.get().columnShape(column.column()), to);
    }
    List<ColumnId> sources = analysis.sources(column);
    return !sources.isEmpty() && sources.stream().allMatch(one -> isKept(one, to, analysis));
  }

  private static boolean keepsAll(@Nullable ColumnShape from, ColumnShape to) {
    Optional<KeyType> type = KeyType.named(to.type());
    return from != null
        && KeyType.named(from.type()).equals(type)
        && Storing.keepsAll(from.sqlType(), to.sqlType(), type);
  }

  /** These columns, with null for those whose values are others in the target's key. */
  public static List<@Nullable ColumnId> of(
      List<@Nullable ColumnId> columns, TableVariable target, Analysis analysis) {
    List<@Nullable ColumnId> alike = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      ColumnId column = columns.get(i);
      alike.add(column != null && is(target, i, column, analysis) ? column : null);
    }
    return alike;
  }
}
