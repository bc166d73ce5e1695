package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.effects.FloatColumns;
import io.shardjdbc.routing.plan.effects.RowOrder;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the copies of a reference table alike: a write that shards could carry out differently is
 * refused.
 */
final class ReferenceWrites {

  private ReferenceWrites() {}

  /** Whether every shard carries it out alike. */
  static boolean isSafe(Analysis analysis, Uses uses) {
    return uses.notCopySafe() == null
        && readsCopies(analysis)
        && !analysis.writesInside()
        && byOrder(analysis) == null
        && analysis.obstacles().isEmpty();
  }

  /** The same of a statement whose parts write. */
  static boolean isAlike(Analysis analysis, Uses uses) {
    return uses.notCopySafe() == null
        && readsCopies(analysis)
        && byOrder(analysis) == null
        && analysis.obstacles().isEmpty();
  }

  /** An aggregate or a window whose answer goes by the order of rows, which copies do not share. */
  private static @Nullable String byOrder(Analysis analysis) {
    List<Node> named = new ArrayList<>(analysis.queries());
    analysis.tables().forEach(table -> named.add(table.node()));
    FloatColumns floats =
        FloatColumns.in(
            named,
            node ->
                analysis.tables().stream()
                    .filter(table -> table.node().equals(node))
                    .findFirst()
                    .flatMap(TableVariable::shape));
    return analysis.calls().stream()
        .filter(call -> RowOrder.matters(call, floats))
        .map(call -> call.name().last() + ", which goes by the order of rows")
        .findFirst()
        .orElse(null);
  }

  /** Whether it reads nothing but copies, of which no shard draws a sample of its own. */
  static boolean readsCopies(Analysis analysis) {
    return analysis.tables().stream()
        .allMatch(t -> t.table() instanceof Table.Reference && t.node().sample() == null);
  }

  /** Refuses functions that each shard would compute its own way; else null. */
  static @Nullable Refusal functions(Table target, Uses uses) {
    String function = uses.notCopySafe();
    if (function != null) {
      return Refusal.of(ErrorCode.NOT_COPY_SAFE, target.displayName(), function);
    }
    return null;
  }

  /**
   * Refuses what reads more than copies, or computes what each shard would compute its own way;
   * else null.
   */
  static @Nullable Refusal unsafe(Table target, Analysis analysis, Uses uses) {
    String function = uses.notCopySafe();
    if (function != null) {
      return Refusal.of(ErrorCode.NOT_COPY_SAFE, target.displayName(), function);
    }
    for (TableVariable table : analysis.tables()) {
      if (!(table.table() instanceof Table.Reference)) {
        return Refusal.of(
            ErrorCode.NOT_COPY_SAFE, target.displayName(), "table " + table.table().displayName());
      }
    }
    String byOrder = byOrder(analysis);
    if (byOrder != null) {
      return Refusal.of(ErrorCode.NOT_COPY_SAFE, target.displayName(), byOrder);
    }
    if (analysis.writesInside() || !analysis.obstacles().isEmpty()) {
      return Refusal.of(
          ErrorCode.NOT_COPY_SAFE,
          target.displayName(),
          analysis.writesInside() ? "a data-modifying WITH" : analysis.obstacles().get(0));
    }
    return null;
  }

  /** Refuses what says where a row lies: each copy has it elsewhere; else null. */
  static @Nullable Refusal systemColumns(Table target, Node statement) {
    String column = SystemColumns.namedIn(statement); // copies have rows in orders of their own
    if (column != null) {
      return Refusal.of(ErrorCode.NOT_COPY_SAFE, target.displayName(), "system column " + column);
    }
    return null;
  }

  /** Refuses what picks one of several rows: each shard might pick another; else null. */
  static @Nullable Refusal choice(Table target, Statement statement) {
    if (statement instanceof Update update && !update.from().isEmpty()) {
      return Refusal.of(ErrorCode.NOT_COPY_SAFE, target.displayName(), "UPDATE .. FROM");
    }
    return null;
  }

  /** Refuses {@code DEFAULT} where it is not the same everywhere; else null. */
  static @Nullable Refusal defaultKeyword(TableVariable target, Node statement) {
    if (isView(target)) {
      return view(target);
    }
    boolean computes =
        target.shape().stream()
            .flatMap(shape -> shape.columns().stream())
            .anyMatch(ReferenceWrites::isComputed);
    if (computes && usesDefault(statement)) {
      return Refusal.of(ErrorCode.NOT_COPY_SAFE, target.table().displayName(), "DEFAULT");
    }
    return null;
  }

  private static boolean isView(TableVariable target) {
    return target.shape().map(Catalog.TableShape::view).orElse(false);
  }

  /** Of a view, nobody knows what its conditions, and the defaults of its table, compute. */
  private static Refusal view(TableVariable target) {
    return Refusal.of(ErrorCode.NOT_COPY_SAFE, target.table().displayName(), "a view of its rows");
  }

  private static boolean usesDefault(Node node) {
    return (node instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT)
        || node.anyChild(ReferenceWrites::usesDefault);
  }

  private static boolean isComputed(ColumnShape column) {
    return column.defaults().computes() || column.defaults() == Catalog.Default.SEQUENCE;
  }

  /**
   * Refuses an INSERT that leaves a column to a default that each shard computes its own way; else
   * null.
   */
  static @Nullable Refusal computedDefaults(TableVariable target, List<String> givenColumns) {
    if (target.shape().isEmpty()) {
      return null;
    }
    if (isView(target)) {
      return view(target);
    }
    for (ColumnShape column : target.shape().get().columns()) {
      if (isComputed(column) && !givenColumns.contains(column.name())) {
        return Refusal.of(
            ErrorCode.NOT_COPY_SAFE,
            target.table().displayName(),
            "the default of column " + column.name());
      }
    }
    return null;
  }
}
