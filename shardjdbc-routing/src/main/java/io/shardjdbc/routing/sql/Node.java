package io.shardjdbc.routing.sql;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A part of a parsed statement: it knows where it stands in the text and what is directly below it.
 *
 * <p>{@link #children()} is complete: an analysis that walks it sees every table, every function
 * and every parameter of the statement. Trees are immutable, and bounded in depth by the parser.
 */
public sealed interface Node
    permits Statement,
        Query,
        Query.Body,
        Query.SelectItem,
        Query.SortItem,
        Query.Grouping,
        Query.Window,
        Query.CommonTable,
        Query.With,
        Query.Locking,
        FromItem,
        Expr,
        Insert.OnConflict,
        MergeInto.When,
        Assignment {

  /** Where the node stands in the statement's text, its own parentheses included. */
  Span span();

  /** The nodes directly below, in the order of the text. */
  List<? extends Node> children();

  /**
   * Whether a node directly below is such; planners ask for something like it many times a text.
   */
  default boolean anyChild(Predicate<? super Node> such) {
    return Below.any(children(), such);
  }

  /** Does something with each node directly below, in the order of the text. */
  default void eachChild(Consumer<? super Node> what) {
    anyChild(
        child -> {
          what.accept(child);
          return false;
        });
  }

  /** Whether all nodes directly below are such. */
  default boolean allChildren(Predicate<? super Node> such) {
    return !anyChild(such.negate());
  }
}
