package io.shardjdbc.routing.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An expression: everything that can stand where PostgreSQL's grammar has {@code a_expr}. */
public sealed interface Expr extends Node {

  /** What a constant's text means. */
  enum LiteralKind {
    /** An integer without sign, point or exponent; also {@code 0x1F} and {@code 1_000}. */
    INTEGER,
    /** A number with a point or an exponent: {@code numeric} to the server. */
    DECIMAL,
    /** A string of any quoting; {@link Literal#value()} is its unescaped content. */
    STRING,
    /** {@code B'101'} or {@code X'1F'}. */
    BITS,
    TRUE,
    FALSE,
    NULL,
    /** {@code DEFAULT} in VALUES or SET. */
    DEFAULT
  }

  /**
   * A constant.
   *
   * @param value the unescaped content of a string, the text of a number, the keyword in lower case
   */
  record Literal(LiteralKind kind, String value, Span span) implements Leaf {}

  /**
   * A bound value.
   *
   * @param index from 1: the n-th {@code ?}, or the n of {@code $n}
   */
  record Parameter(int index, Span span) implements Leaf {

    @Override // by hand, as the start of a program meets it: see docs/decisions.md
    public boolean equals(@Nullable Object other) {
      return other instanceof Parameter that && index == that.index && span.equals(that.span);
    }

    @Override
    public int hashCode() {
      return 31 * index + span.hashCode();
    }
  }

  /**
   * A column, {@code t.column}, {@code schema.t.column}, or with a trailing star {@code t.*}.
   *
   * @param name of a plain {@code *}: that star itself; of {@code t.*}: {@code t}
   */
  record Column(Name name, boolean star, Span span) implements Leaf {}

  /**
   * {@code left AND right AND ...}, or with OR; flat, however long the chain is.
   *
   * @param operands at least two, none of them a {@code Logical} of the same kind
   */
  record Logical(boolean isAnd, List<Expr> operands, Span span) implements Expr {
    public Logical {
      operands = List.copyOf(operands);
    }

    @Override
    public List<Expr> children() {
      return operands;
    }
  }

  record Not(Expr operand, Span span) implements Expr {
    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return such.test(operand);
    }
  }

  /**
   * An operator of one or two operands, comparisons, LIKE, AT TIME ZONE and OVERLAPS included.
   *
   * @param operator as written, keywords in lower case ({@code not like}, {@code at time zone});
   *     {@code !=} is {@code <>}; an {@code OPERATOR(schema.op)} keeps that whole form
   * @param left absent for a prefix operator
   * @param right absent for a postfix form such as {@code AT LOCAL}
   * @param escape the ESCAPE operand of LIKE, ILIKE, SIMILAR TO
   */
  record Operation(
      String operator, @Nullable Expr left, @Nullable Expr right, @Nullable Expr escape, Span span)
      implements Expr {
    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return Below.is(left, such) || Below.is(right, such) || Below.is(escape, such);
    }
  }

  /**
   * A long chain of binary operators of one precedence, {@code a + b - c + ...}, read from the
   * left.
   *
   * <p>Short chains are {@link Operation}s within each other. From 64 operators on they are held
   * flat, so that the tree stays shallow however long the chain is.
   *
   * @param operands one more than there are operators
   * @param operators as in {@link Operation}
   */
  record Chain(List<Expr> operands, List<String> operators, Span span) implements Expr {
    public Chain {
      operands = List.copyOf(operands);
      operators = List.copyOf(operators);
    }

    @Override
    public List<Expr> children() {
      return operands;
    }
  }

  /** {@code value [NOT] IN (a, b, ...)}. */
  record In(Expr value, List<Expr> items, boolean negated, Span span) implements Expr {
    public In {
      items = List.copyOf(items);
    }

    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return such.test(value) || Below.any(items, such);
    }
  }

  /** {@code value [NOT] IN (SELECT ...)}. */
  record InQuery(Expr value, Query query, boolean negated, Span span) implements Expr {
    @Override
    public List<Node> children() {
      return List.of(value, query);
    }
  }

  /** {@code value [NOT] BETWEEN [SYMMETRIC] low AND high}. */
  record Between(Expr value, Expr low, Expr high, boolean negated, boolean symmetric, Span span)
      implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(value, low, high);
    }
  }

  /**
   * {@code value operator ANY|ALL (array or query)}.
   *
   * @param operator as in {@link Operation}
   * @param all ALL rather than ANY or SOME
   * @param operand an expression that gives an array, or a {@link Subquery}
   */
  record Quantified(Expr value, String operator, boolean all, Expr operand, Span span)
      implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(value, operand);
    }
  }

  /**
   * {@code value IS [NOT] test}.
   *
   * @param test {@code null}, {@code true}, {@code false}, {@code unknown}, {@code distinct from},
   *     {@code document}, {@code normalized}, {@code json ...}
   * @param other the right side of DISTINCT FROM
   */
  record Is(Expr value, String test, @Nullable Expr other, boolean negated, Span span)
      implements Expr {
    @Override
    public List<Expr> children() {
      return present(value, other);
    }
  }

  /** {@code value::type}, {@code CAST(value AS type)} or {@code type 'text'}. */
  record Cast(Expr value, TypeName type, Span span) implements Expr {
    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return such.test(value);
    }
  }

  /** {@code value COLLATE name}. */
  record Collate(Expr value, Name collation, Span span) implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(value);
    }
  }

  /**
   * A function or aggregate call, also in the grammar's own forms such as {@code extract(x from
   * y)}, {@code coalesce}, {@code xmlelement} or {@code current_date}, whose name is the keyword.
   *
   * @param arguments in the order of the text, whatever keyword stands between them
   * @param names those by which arguments are given ({@code k => 1}), empty for those that are not;
   *     none at all where no argument has one
   * @param star {@code count(*)}
   * @param distinct {@code count(DISTINCT x)}
   * @param orderBy inside the parentheses, or of WITHIN GROUP
   * @param filter the condition of FILTER (WHERE ...)
   * @param over the window of OVER, or of the WINDOW clause by its name; absent for a plain call
   * @param special a form with a grammar of its own ({@code extract(.. from ..)}, {@code
   *     current_date}), not {@code name(arguments)}
   */
  record Call(
      Name name,
      List<Expr> arguments,
      List<String> names,
      boolean star,
      boolean distinct,
      boolean variadic,
      boolean withinGroup,
      List<Query.SortItem> orderBy,
      @Nullable Expr filter,
      Query.@Nullable Window over,
      boolean special,
      Span span)
      implements Expr {
    public Call {
      arguments = List.copyOf(arguments);
      names = List.copyOf(names);
      orderBy = List.copyOf(orderBy);
    }

    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return Below.any(arguments, such)
          || Below.any(orderBy, such)
          || Below.is(filter, such)
          || Below.is(over, such);
    }
  }

  /** {@code CASE [subject] WHEN a THEN b ... [ELSE c] END}; whens and thens pair up. */
  record Case(
      @Nullable Expr subject,
      List<Expr> whens,
      List<Expr> thens,
      @Nullable Expr otherwise,
      Span span)
      implements Expr {
    public Case {
      whens = List.copyOf(whens);
      thens = List.copyOf(thens);
    }

    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return Below.is(subject, such)
          || Below.any(whens, such)
          || Below.any(thens, such)
          || Below.is(otherwise, such);
    }
  }

  /** {@code ARRAY[a, b]}; inner brackets are {@code ArrayOf} themselves. */
  record ArrayOf(List<Expr> items, Span span) implements Expr {
    public ArrayOf {
      items = List.copyOf(items);
    }

    @Override
    public List<Expr> children() {
      return items;
    }
  }

  /** {@code ARRAY(SELECT ...)}. */
  record ArrayQuery(Query query, Span span) implements Expr {
    @Override
    public List<Query> children() {
      return List.of(query);
    }
  }

  /** {@code (a, b)} of two or more, or {@code ROW(...)} of any number. */
  record Row(List<Expr> items, Span span) implements Expr {
    public Row {
      items = List.copyOf(items);
    }

    @Override
    public List<Expr> children() {
      return items;
    }
  }

  /** {@code [NOT] EXISTS (SELECT ...)} without the NOT, which is a {@link Not}. */
  record Exists(Query query, Span span) implements Expr {
    @Override
    public List<Query> children() {
      return List.of(query);
    }
  }

  /** {@code (SELECT ...)} where a value is wanted. */
  record Subquery(Query query, Span span) implements Expr {
    @Override
    public List<Query> children() {
      return List.of(query);
    }
  }

  /** {@code value[index]} or {@code value[low:high]}, either bound of a slice possibly absent. */
  record Subscript(Expr value, @Nullable Expr low, @Nullable Expr high, boolean slice, Span span)
      implements Expr {
    @Override
    public List<Expr> children() {
      return present(value, low, high);
    }
  }

  /** {@code (value).field}, or {@code (value).*} with field {@code *}. */
  record Field(Expr value, String field, Span span) implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(value);
    }
  }

  /** An expression with nothing below it. */
  sealed interface Leaf extends Expr {
    @Override
    default List<Expr> children() {
      return Collections.emptyList(); // whose iterator is there already; most nodes are leaves
    }

    @Override
    default boolean anyChild(Predicate<? super Node> such) {
      return false;
    }

    @Override
    default void eachChild(Consumer<? super Node> what) {}
  }

  /** The operands that are there. */
  @SafeVarargs
  private static <T extends Node> List<T> present(@Nullable T... nodes) {
    List<T> list = new ArrayList<>(nodes.length);
    for (T node : nodes) {
      if (node != null) {
        list.add(node);
      }
    }
    return List.copyOf(list);
  }
}
