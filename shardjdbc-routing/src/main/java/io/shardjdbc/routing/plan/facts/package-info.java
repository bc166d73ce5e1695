/**
 * What a statement names, and what it says of what it names.
 *
 * <p>{@code Tables} says what a table's name stands for. Each occurrence of a table, sub-query or
 * function in FROM is a {@code Variable}; its columns are {@code ColumnId}s. {@code Facts} hold
 * what is known of the columns: that one lies in a {@code Domain}, or that one is equal to another.
 * {@code Source} is the tree of how the rows come about.
 *
 * <p>These are values; {@link io.shardjdbc.routing.plan.prove} finds them in a statement.
 */
@NullMarked
package io.shardjdbc.routing.plan.facts;

import org.jspecify.annotations.NullMarked;
