/**
 * Plans the gathering of rows, for statements that no shard can answer and Java cannot merge.
 *
 * <p>{@code GatherPlanner} makes a {@code Gathering}. {@code StagePlanner} says which rows and
 * columns of which tables are fetched, thinned out by what the statement says of them ({@code
 * DomainSql}), by tables beside them ({@code SemiJoins}), and by what was found before ({@code
 * FoundValues}) in the order that {@code FetchOrder} settles. {@code GatherText} says what changes
 * in the caller's text where a copy differs from its table.
 */
@NullMarked
package io.shardjdbc.routing.plan.gather;

import org.jspecify.annotations.NullMarked;
