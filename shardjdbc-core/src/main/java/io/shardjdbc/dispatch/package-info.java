/**
 * Chooses how a statement is carried out, and sees it through.
 *
 * <p>{@link io.shardjdbc.dispatch.Dispatcher} takes one {@link io.shardjdbc.execute.Execution},
 * looks at how its route merges, and hands it to whoever runs that: the runner for what shards
 * answer as it stands, the gatherer for what one server answers over rows of others, and here
 * {@link io.shardjdbc.dispatch.RowsToWrite} and {@link io.shardjdbc.dispatch.RowsToMove} for writes
 * of rows that a query gives. What comes back is {@link io.shardjdbc.dispatch.Answered}: the
 * shards' answer, and its rows as one result set.
 */
@NullMarked
package io.shardjdbc.dispatch;

import org.jspecify.annotations.NullMarked;
