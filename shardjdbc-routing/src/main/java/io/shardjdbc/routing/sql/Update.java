package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * UPDATE.
 *
 * @param from the items of FROM; empty where there is none
 * @param currentOf the cursor of WHERE CURRENT OF
 * @param returningSpan RETURNING and its list
 */
public record Update(
    Query.@Nullable With with,
    FromItem.Table target,
    List<Assignment> assignments,
    List<FromItem> from,
    @Nullable Expr where,
    @Nullable String currentOf,
    List<Query.SelectItem> returning,
    @Nullable Span returningSpan,
    Span span)
    implements Statement {

  public Update {
    assignments = List.copyOf(assignments);
    from = List.copyOf(from);
    returning = List.copyOf(returning);
  }

  @Override
  public List<Node> children() {
    List<Node> all = new ArrayList<>();
    if (with != null) {
      all.add(with);
    }
    all.add(target);
    all.addAll(assignments);
    all.addAll(from);
    if (where != null) {
      all.add(where);
    }
    all.addAll(returning);
    return List.copyOf(all);
  }
}
