package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DELETE.
 *
 * @param using the items of USING; empty where there is none
 * @param currentOf the cursor of WHERE CURRENT OF
 * @param returningSpan RETURNING and its list
 */
public record Delete(
    Query.@Nullable With with,
    FromItem.Table target,
    List<FromItem> using,
    @Nullable Expr where,
    @Nullable String currentOf,
    List<Query.SelectItem> returning,
    @Nullable Span returningSpan,
    Span span)
    implements Statement {

  public Delete {
    using = List.copyOf(using);
    returning = List.copyOf(returning);
  }

  @Override
  public List<Node> children() {
    List<Node> all = new ArrayList<>();
    if (with != null) {
      all.add(with);
    }
    all.add(target);
    all.addAll(using);
    if (where != null) {
      all.add(where);
    }
    all.addAll(returning);
    return List.copyOf(all);
  }
}
