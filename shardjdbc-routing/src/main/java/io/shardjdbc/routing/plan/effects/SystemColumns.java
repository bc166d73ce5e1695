package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Columns whose values mean something on one server only: where a row lies, and who wrote it.
 *
 * <p>A value that is shown leads to other rows on other shards when it is asked for again. Only
 * where two rows of one shard are compared by them, as a statement that removes duplicates does, is
 * nothing said that another shard would understand otherwise.
 */
public final class SystemColumns {

  public static final Set<String> NAMES =
      Set.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid");

  private SystemColumns() {}

  /** Whether one of them is named. */
  public static boolean in(Node node) {
    return isOne(node) || node.anyChild(SystemColumns::in);
  }

  /**
   * One of them that does not mean the same on every shard; null where there is none.
   *
   * @param copies whether rows of copies may be compared, which lie in an order of their own on
   *     each
   */
  public static @Nullable String apart(Node node, boolean copies) {
    return copies ? namedIn(node) : shownIn(node);
  }

  /** The first of them that is named, however it is used; null where there is none. */
  public static @Nullable String namedIn(Node node) {
    if (isOne(node)) {
      return ((Expr.Column) node).name().last();
    }
    for (Node child : node.children()) {
      String name = namedIn(child);
      if (name != null) {
        return name;
      }
    }
    return null;
  }

  /** One of them that is not merely compared with another one of the same name, or null. */
  public static @Nullable String shownIn(Node node) {
    if (node instanceof Expr.Column column && isOne(node)) {
      return column.name().last();
    }
    if (node instanceof Expr.Operation operation
        && operation.left() instanceof Expr.Column left
        && operation.right() instanceof Expr.Column right
        && isOne(left)
        && left.name().last().equals(right.name().last())) {
      return null;
    }
    return shownIn(node.children());
  }

  private static @Nullable String shownIn(List<? extends Node> nodes) {
    for (Node node : nodes) {
      String name = shownIn(node);
      if (name != null) {
        return name;
      }
    }
    return null;
  }

  private static boolean isOne(Node node) {
    return node instanceof Expr.Column column && NAMES.contains(column.name().last());
  }
}
