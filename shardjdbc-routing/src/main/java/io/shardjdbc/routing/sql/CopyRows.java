package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * COPY of a table's rows: what of it says where it may run. How its bytes are read is no matter
 * here, so the parser does not make it: whoever runs a COPY does, of values.
 *
 * @param in whether rows are copied into the table, rather than out of it
 * @param columns the columns of a record; empty for all
 * @param defaults whether a record may say of a column that it takes its default
 * @param where the condition on rows that come in
 */
public record CopyRows(
    boolean in,
    FromItem.Table target,
    List<String> columns,
    boolean defaults,
    @Nullable Expr where,
    Span span)
    implements Statement {

  private static final Span NOWHERE = new Span(0, 0);

  public CopyRows {
    columns = List.copyOf(columns);
  }

  /**
   * Rows that come into a table.
   *
   * @param table the parts of its name, folded
   */
  public static CopyRows in(
      List<String> table, List<String> columns, boolean defaults, @Nullable Expr where) {
    return new CopyRows(true, target(table), columns, defaults, where, NOWHERE);
  }

  /** The rows of a table under a condition. */
  public static CopyRows out(List<String> table, @Nullable Expr where) {
    return new CopyRows(false, target(table), List.of(), false, where, NOWHERE);
  }

  private static FromItem.Table target(List<String> table) {
    return new FromItem.Table(new Name(table, NOWHERE), false, null, null, NOWHERE);
  }

  @Override
  public List<Node> children() {
    List<Node> all = new ArrayList<>();
    all.add(target);
    if (where != null) {
      all.add(where);
    }
    return List.copyOf(all);
  }
}
