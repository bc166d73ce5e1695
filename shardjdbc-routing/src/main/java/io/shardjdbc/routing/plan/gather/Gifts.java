package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which columns of gathered tables give which others their values, however many steps that takes.
 *
 * <p>Values travel from one shard to others as texts. So both columns have to be of one kind whose
 * equality is known, whatever was declared of them, and texts of one collation.
 */
final class Gifts {

  /**
   * The rows of {@code to} whose {@code target} is not among what {@code giver} is in the rows of
   * {@code from} can be taken away.
   */
  record Gift(TableVariable from, ColumnId giver, TableVariable to, ColumnId target) {

    /** Whether no two rows of the giving table have the same value. */
    boolean isUnique() {
      return isKeyOf(from, giver) == Part.WHOLE;
    }

    boolean isOfUnique() {
      return isKeyOf(to, target) == Part.WHOLE;
    }

    /** Whether one of the columns belongs to what tells its table's rows apart. */
    boolean isOfKeys() {
      return isKeyOf(from, giver) != Part.NONE || isKeyOf(to, target) != Part.NONE;
    }
  }

  private enum Part {
    NONE,
    SOME,
    WHOLE
  }

  private Gifts() {}

  /** All gifts between tables. */
  static List<Gift> among(List<TableVariable> tables, Analysis analysis) {
    Map<Integer, TableVariable> known = new HashMap<>();
    tables.forEach(table -> known.put(table.id(), table));
    List<Gift> gifts = new ArrayList<>();
    for (TableVariable from : tables) {
      List<String> columns = from.columns();
      for (String column : columns == null ? List.<String>of() : columns) {
        ColumnId giver = from.column(column);
        for (ColumnId target : analysis.facts().given(giver)) {
          TableVariable to = known.get(target.variable());
          if (to != null && to != from && agree(from, giver, to, target)) {
            gifts.add(new Gift(from, giver, to, target));
          }
        }
      }
    }
    return gifts;
  }

  /** Whether both columns have one equality, and the same texts for equal values. */
  static boolean agree(TableVariable from, ColumnId giver, TableVariable to, ColumnId target) {
    ColumnShape one = from.columnShape(giver.column());
    ColumnShape other = to.columnShape(target.column());
    if (one == null || other == null || !one.exactEquality() || !other.exactEquality()) {
      return false;
    }
    Optional<KeyType> kind = KeyType.named(one.type());
    return kind.isPresent()
        && kind.equals(KeyType.named(other.type()))
        && one.collation().equals(other.collation());
  }

  private static Part isKeyOf(TableVariable table, ColumnId column) {
    ColumnShape shown = table.columnShape(column.column());
    List<String> key = table.shape().map(TableShape::primaryKey).orElse(List.of());
    if (shown != null && key.contains(shown.name())) {
      return key.size() == 1 ? Part.WHOLE : Part.SOME;
    }
    return table.key().contains(column) ? Part.SOME : Part.NONE;
  }
}
