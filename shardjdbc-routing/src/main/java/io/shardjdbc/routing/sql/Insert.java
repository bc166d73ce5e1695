package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * INSERT.
 *
 * @param columns the target columns; empty where none are named
 * @param columnsSpan the list of columns with its parentheses
 * @param subscriptedColumn whether a column of the list has a field or subscript
 * @param overriding {@code system}, {@code user} or absent
 * @param source VALUES, a SELECT, or absent for DEFAULT VALUES
 * @param returning empty where there is none
 * @param returningSpan RETURNING and its list
 */
public record Insert(
    Query.@Nullable With with,
    FromItem.Table target,
    List<String> columns,
    @Nullable Span columnsSpan,
    boolean subscriptedColumn,
    @Nullable String overriding,
    @Nullable Query source,
    @Nullable OnConflict onConflict,
    List<Query.SelectItem> returning,
    @Nullable Span returningSpan,
    Span span)
    implements Statement {

  public Insert {
    columns = List.copyOf(columns);
    returning = List.copyOf(returning);
  }

  @Override
  public List<Node> children() {
    List<Node> all = new ArrayList<>();
    if (with != null) {
      all.add(with);
    }
    all.add(target);
    if (source != null) {
      all.add(source);
    }
    if (onConflict != null) {
      all.add(onConflict);
    }
    all.addAll(returning);
    return List.copyOf(all);
  }

  /**
   * {@code ON CONFLICT [target] DO NOTHING | DO UPDATE SET ...}.
   *
   * @param targets the expressions of the conflict target
   * @param targetWhere its WHERE
   * @param constraint of ON CONSTRAINT
   * @param update DO UPDATE rather than DO NOTHING
   */
  public record OnConflict(
      List<Expr> targets,
      @Nullable Expr targetWhere,
      @Nullable String constraint,
      boolean update,
      List<Assignment> assignments,
      @Nullable Expr where,
      Span span)
      implements Node {
    public OnConflict {
      targets = List.copyOf(targets);
      assignments = List.copyOf(assignments);
    }

    @Override
    public List<Node> children() {
      List<Node> all = new ArrayList<>(targets);
      if (targetWhere != null) {
        all.add(targetWhere);
      }
      all.addAll(assignments);
      if (where != null) {
        all.add(where);
      }
      return List.copyOf(all);
    }
  }
}
