package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A query: a body with what stands around it (WITH, ORDER BY, LIMIT, row locks).
 *
 * @param limit the count of LIMIT or FETCH; absent for LIMIT ALL and where there is none
 * @param withTies FETCH FIRST .. WITH TIES
 * @param limitSpan the whole LIMIT/OFFSET/FETCH part of the text, from its first to its last
 *     character; absent where there is none
 * @param parenthesised whether the query stands in parentheses of its own, which its span covers
 */
public record Query(
    @Nullable With with,
    Body body,
    List<SortItem> orderBy,
    @Nullable Expr limit,
    @Nullable Expr offset,
    boolean withTies,
    @Nullable Span limitSpan,
    List<Locking> locking,
    boolean parenthesised,
    Span span)
    implements Node {

  public Query {
    orderBy = List.copyOf(orderBy);
    locking = List.copyOf(locking);
  }

  @Override
  public List<Node> children() {
    return Below.of(this);
  }

  @Override
  public boolean anyChild(Predicate<? super Node> such) {
    return Below.is(with, such)
        || such.test(body)
        || Below.any(orderBy, such)
        || Below.is(limit, such)
        || Below.is(offset, such)
        || Below.any(locking, such);
  }

  /** What a query is made of: one block, rows of values, two queries joined by a set operator. */
  public sealed interface Body extends Node {}

  /** How a block removes duplicates. */
  public enum Distinct {
    NONE,
    ALL,
    ON
  }

  /**
   * {@code SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW ...}; {@code TABLE t} is
   * {@code SELECT * FROM t}.
   *
   * @param into SELECT INTO's target
   * @param from the comma-separated items
   * @param groupByDistinct GROUP BY DISTINCT
   * @param itemsSpan the select list, from its first to its last character; empty where the list is
   * @param table whether it was written {@code TABLE t}
   */
  public record Select(
      Distinct distinct,
      List<Expr> distinctOn,
      List<SelectItem> items,
      @Nullable Name into,
      List<FromItem> from,
      @Nullable Expr where,
      boolean groupByDistinct,
      List<Grouping> groupBy,
      @Nullable Expr having,
      List<Window> windows,
      Span itemsSpan,
      boolean table,
      Span span)
      implements Body {

    public Select {
      distinctOn = List.copyOf(distinctOn);
      items = List.copyOf(items);
      from = List.copyOf(from);
      groupBy = List.copyOf(groupBy);
      windows = List.copyOf(windows);
    }

    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return Below.any(distinctOn, such)
          || Below.any(items, such)
          || Below.any(from, such)
          || Below.is(where, such)
          || Below.any(groupBy, such)
          || Below.is(having, such)
          || Below.any(windows, such);
    }
  }

  /** {@code VALUES (a, b), (c, d)}; each row keeps the span of its parentheses. */
  public record Values(List<Expr.Row> rows, Span span) implements Body {
    public Values {
      rows = List.copyOf(rows);
    }

    @Override
    public List<Expr.Row> children() {
      return rows;
    }
  }

  /** The set operators. */
  public enum SetOperator {
    UNION,
    INTERSECT,
    EXCEPT
  }

  /**
   * {@code left UNION [ALL] right} and its kin; INTERSECT binds more tightly.
   *
   * <p>Chains lean to the left, as PostgreSQL reads them. A long chain of one associative operator
   * (UNION, UNION ALL, INTERSECT, INTERSECT ALL) is balanced instead, so that the tree stays
   * shallow however long the chain is: the rows are the same, and every span still covers its own
   * text.
   */
  public record SetOperation(SetOperator operator, boolean all, Query left, Query right, Span span)
      implements Body {
    @Override
    public List<Query> children() {
      return List.of(left, right);
    }
  }

  /** A query in parentheses that is the body of another, which adds its own ORDER BY or LIMIT. */
  public record Nested(Query query, Span span) implements Body {
    @Override
    public List<Query> children() {
      return List.of(query);
    }
  }

  /**
   * One item of a select list or of RETURNING.
   *
   * @param alias the name given by AS or by a bare label
   */
  public record SelectItem(Expr value, @Nullable String alias, Span span) implements Node {
    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return such.test(value);
    }
  }

  /** Where NULLs sort. */
  public enum Nulls {
    /** Not said: last when ascending, first when descending. */
    DEFAULT,
    FIRST,
    LAST
  }

  /**
   * One item of ORDER BY.
   *
   * @param using the operator of ORDER BY .. USING
   */
  public record SortItem(
      Expr value, boolean descending, @Nullable String using, Nulls nulls, Span span)
      implements Node {
    @Override
    public List<Expr> children() {
      return List.of(value);
    }
  }

  /** The forms of a GROUP BY element. */
  public enum GroupingKind {
    PLAIN,
    ROLLUP,
    CUBE,
    SETS,
    /** {@code ()}. */
    EMPTY
  }

  /**
   * One element of GROUP BY.
   *
   * @param values the expressions of PLAIN, ROLLUP and CUBE
   * @param sets the elements of GROUPING SETS
   */
  public record Grouping(GroupingKind kind, List<Expr> values, List<Grouping> sets, Span span)
      implements Node {
    public Grouping {
      values = List.copyOf(values);
      sets = List.copyOf(sets);
    }

    @Override
    public List<Node> children() {
      List<Node> all = new ArrayList<>(values);
      all.addAll(sets);
      return List.copyOf(all);
    }
  }

  /**
   * A window: of the WINDOW clause (with a name), or behind OVER.
   *
   * @param name the name it defines in a WINDOW clause, or that {@code OVER name} refers to
   * @param base the window it copies inside its parentheses
   * @param byRows whether its frame counts rows, rather than values or groups of equal rows
   * @param frameBounds the expressions of its frame
   */
  public record Window(
      @Nullable String name,
      @Nullable String base,
      List<Expr> partitionBy,
      List<SortItem> orderBy,
      boolean byRows,
      List<Expr> frameBounds,
      Span span)
      implements Node {
    public Window {
      partitionBy = List.copyOf(partitionBy);
      orderBy = List.copyOf(orderBy);
      frameBounds = List.copyOf(frameBounds);
    }

    @Override
    public List<Node> children() {
      List<Node> all = new ArrayList<>(partitionBy);
      all.addAll(orderBy);
      all.addAll(frameBounds);
      return List.copyOf(all);
    }
  }

  /** {@code WITH [RECURSIVE] a AS (...), b AS (...)}. */
  public record With(boolean recursive, List<CommonTable> tables, Span span) implements Node {
    public With {
      tables = List.copyOf(tables);
    }

    @Override
    public List<CommonTable> children() {
      return tables;
    }
  }

  /**
   * One common table expression.
   *
   * @param materialized whether MATERIALIZED or NOT MATERIALIZED is said; absent where neither is
   * @param statement a {@link SelectStatement}, or data-modifying
   * @param extras expressions of SEARCH and CYCLE clauses
   */
  public record CommonTable(
      String name,
      List<String> columns,
      @Nullable Boolean materialized,
      Statement statement,
      boolean searchOrCycle,
      List<Expr> extras,
      Span span)
      implements Node {
    public CommonTable {
      columns = List.copyOf(columns);
      extras = List.copyOf(extras);
    }

    @Override
    public List<Node> children() {
      List<Node> all = new ArrayList<>();
      all.add(statement);
      all.addAll(extras);
      return List.copyOf(all);
    }
  }

  /**
   * {@code FOR UPDATE|NO KEY UPDATE|SHARE|KEY SHARE [OF t] [NOWAIT|SKIP LOCKED]}.
   *
   * @param whenLocked {@code nowait}, {@code skip locked}, or empty to wait
   * @param strength in lower case: {@code update}, {@code no key update}, {@code share}, {@code key
   *     share}
   */
  public record Locking(String strength, List<Name> of, String whenLocked, Span span)
      implements Node {
    public Locking {
      of = List.copyOf(of);
    }

    @Override
    public List<Node> children() {
      return List.of();
    }
  }
}
