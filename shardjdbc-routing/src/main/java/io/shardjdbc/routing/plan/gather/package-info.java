/**
 * Plans the gathering of rows, for statements that no shard can answer and Java cannot merge.
 *
 * <p>{@code GatherPlanner} says which rows and columns of which tables are fetched, thinned out by
 * what the statement says of them ({@code DomainSql}), and {@code GatherText} what changes in the
 * caller's text where a copy differs from its table. The result is a {@code Gathering}.
 */
@NullMarked
package io.shardjdbc.routing.plan.gather;

import org.jspecify.annotations.NullMarked;
