package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.NumberedRows;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes that leave keys to the server, or change them, while there is one shard.
 *
 * <p>It owns every key, so none need be known to find it. What has to hold when shards join is that
 * no row is without a key: so this is for keys whose columns cannot be NULL, as a server says.
 */
final class OnlyShard {

  private OnlyShard() {}

  /** Null where there are more, and where a write gives its keys and keeps them. */
  static @Nullable Plan plan(
      Tables tables,
      ParsedSql parsed,
      Hint hint,
      Statement statement,
      TableVariable target,
      Table.Sharded table) {
    boolean counts = tables.serversCount() || !(statement instanceof MergeInto);
    if (!tables.isAlone() || !counts || target.shape().isEmpty() || !haveKeys(tables, table)) {
      return null;
    }
    List<String> key = table.key().stream().map(KeyColumn::name).toList();
    return leavesOrChanges(statement, target, key)
        ? new FixedPlan(
            parsed, Effect.WRITE, hint, Home.first(), tables.map().first(), KeyHashes.any())
        : null;
  }

  /** Whether a server refuses each row of it that has no key; false where nobody knows. */
  static boolean haveKeys(Tables tables, Table.Sharded table) {
    return tables
        .catalog()
        .table(table.name())
        .map(shape -> table.key().stream().allMatch(key -> isNeverNull(shape, key)))
        .orElse(false);
  }

  private static boolean isNeverNull(TableShape shape, KeyColumn key) {
    return shape.column(key.name()).map(ColumnShape::notNull).orElse(false);
  }

  private static boolean leavesOrChanges(
      Statement statement, TableVariable target, List<String> key) {
    if (statement instanceof Insert insert) {
      return leaves(insert, target, key)
          || (insert.onConflict() != null && assigns(insert.onConflict().assignments(), key));
    }
    if (statement instanceof Update update) {
      return assigns(update.assignments(), key);
    }
    return statement instanceof MergeInto merge
        && merge.whens().stream()
            .anyMatch(when -> assigns(when.assignments(), key) || leaves(when, target, key));
  }

  private static boolean assigns(List<Assignment> assignments, List<String> key) {
    return assignments.stream().flatMap(a -> a.columns().stream()).anyMatch(key::contains);
  }

  private static boolean leaves(Insert insert, TableVariable target, List<String> key) {
    List<Expr.Row> rows = NumberedRows.rows(insert);
    return "user".equals(insert.overriding())
        || insert.source() == null
        || leaves(insert.columns(), rows == null ? List.of() : rows, target, key);
  }

  private static boolean leaves(MergeInto.When when, TableVariable target, List<String> key) {
    return when.action() == MergeInto.Action.INSERT
        && (when.values() == null || leaves(when.columns(), List.of(when.values()), target, key));
  }

  private static boolean leaves(
      List<String> given, List<Expr.Row> rows, TableVariable target, List<String> key) {
    List<String> columns = new ArrayList<>(given);
    if (columns.isEmpty()) {
      target.shape().orElseThrow().columns().forEach(column -> columns.add(column.name()));
    }
    for (String name : key) {
      int at = columns.indexOf(name);
      if (at < 0 || rows.stream().anyMatch(row -> isLeft(row, at))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLeft(Expr.Row row, int at) {
    return at >= row.items().size()
        || (row.items().get(at) instanceof Expr.Literal literal
            && literal.kind() == Expr.LiteralKind.DEFAULT);
  }
}
