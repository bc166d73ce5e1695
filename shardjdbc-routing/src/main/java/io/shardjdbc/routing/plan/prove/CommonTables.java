package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.QueryVariable;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.sql.Query;
import org.jspecify.annotations.Nullable;

/**
 * The common table expressions that a query can name: a linked list, innermost first.
 *
 * <p>A definition sees what was defined before it, and nothing after.
 */
public final class CommonTables {

  /** What a name stands for. */
  enum Kind {
    /** A query, analysed anew at each reference. */
    QUERY,
    /** A data-modifying statement, analysed once. */
    WRITE,
    /** The recursive reference of a definition to itself. */
    SELF,
    /** A definition that comes later in WITH RECURSIVE. */
    LATER
  }

  /**
   * A definition.
   *
   * @param parent the block around the WITH, whose columns its queries may name
   * @param written the rows of RETURNING, for {@link Kind#WRITE}
   * @param target the table written to
   */
  record Definition(
      Kind kind,
      Query.CommonTable node,
      boolean recursive,
      CommonTables visible,
      @Nullable Scope parent,
      @Nullable QueryVariable written,
      @Nullable TableVariable target) {

    Definition(
        Kind kind,
        Query.CommonTable node,
        boolean recursive,
        CommonTables visible,
        @Nullable Scope parent) {
      this(kind, node, recursive, visible, parent, null, null);
    }
  }

  private static final CommonTables NONE = new CommonTables(null, null);

  private final @Nullable CommonTables outer;
  private final @Nullable Definition definition;

  private CommonTables(@Nullable CommonTables outer, @Nullable Definition definition) {
    this.outer = outer;
    this.definition = definition;
  }

  public static CommonTables none() {
    return NONE;
  }

  CommonTables with(Definition inner) {
    return new CommonTables(this, inner);
  }

  /** The innermost definition of that name, or null. */
  @Nullable Definition find(String name) {
    for (CommonTables at = this; at != null; at = at.outer) {
      if (at.definition != null && at.definition.node().name().equals(name)) {
        return at.definition;
      }
    }
    return null;
  }
}
