package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.Default;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.route.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns that OVERRIDING USER VALUE leaves to their sequences, whatever value is given: the
 * identity columns. Where nothing is known of a table, any column may be one.
 */
final class NumberedColumns {

  private NumberedColumns() {}

  /** Refuses a key that is given and not taken; else null. */
  static @Nullable Refusal ofKey(
      TableVariable target, @Nullable String overriding, Table.Sharded table, KeyColumn key) {
    return isNumbered(target, overriding, key.name())
        ? Refusal.of(ErrorCode.KEY_NOT_CONSTANT, table.displayName(), key.name())
        : null;
  }

  /** Of the columns that are given, those whose values are taken. */
  static List<String> without(
      TableVariable target, @Nullable String overriding, List<String> given) {
    return given.stream().filter(column -> !isNumbered(target, overriding, column)).toList();
  }

  private static boolean isNumbered(
      TableVariable target, @Nullable String overriding, String column) {
    return "user".equals(overriding)
        && target
            .shape()
            .flatMap(shape -> shape.column(column))
            .map(ColumnShape::defaults)
            .map(Default.SEQUENCE::equals)
            .orElse(true);
  }
}
