package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MERGE. */
public record MergeInto(
    Query.@Nullable With with,
    FromItem.Table target,
    FromItem source,
    Expr on,
    List<When> whens,
    List<Query.SelectItem> returning,
    @Nullable Span returningSpan,
    Span span)
    implements Statement {

  public MergeInto {
    whens = List.copyOf(whens);
    returning = List.copyOf(returning);
  }

  @Override
  public List<Node> children() {
    List<Node> all = new ArrayList<>();
    if (with != null) {
      all.add(with);
    }
    all.add(target);
    all.add(source);
    all.add(on);
    all.addAll(whens);
    all.addAll(returning);
    return List.copyOf(all);
  }

  /** What a WHEN clause is about. */
  public enum Match {
    MATCHED,
    NOT_MATCHED,
    /** WHEN NOT MATCHED BY SOURCE, from PostgreSQL 17. */
    NOT_MATCHED_BY_SOURCE
  }

  /** What a WHEN clause does. */
  public enum Action {
    INSERT,
    UPDATE,
    DELETE,
    NOTHING
  }

  /**
   * One WHEN clause.
   *
   * @param columns the target columns of its INSERT
   * @param overriding {@code system}, {@code user} or absent
   * @param values the row of its INSERT; absent for DEFAULT VALUES and other actions
   */
  public record When(
      Match match,
      @Nullable Expr condition,
      Action action,
      List<String> columns,
      @Nullable String overriding,
      Expr.@Nullable Row values,
      List<Assignment> assignments,
      Span span)
      implements Node {
    public When {
      columns = List.copyOf(columns);
      assignments = List.copyOf(assignments);
    }

    @Override
    public List<Node> children() {
      List<Node> all = new ArrayList<>();
      if (condition != null) {
        all.add(condition);
      }
      if (values != null) {
        all.add(values);
      }
      all.addAll(assignments);
      return List.copyOf(all);
    }
  }
}
