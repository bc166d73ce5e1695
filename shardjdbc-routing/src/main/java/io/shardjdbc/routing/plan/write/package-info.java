/**
 * Plans INSERT, UPDATE, DELETE, MERGE and COPY.
 *
 * <p>{@code InsertPlanner} places the rows of an INSERT by their keys ({@code InsertRowsPlan},
 * {@code ComputedKeys}) or by their query's rows ({@code DistributedInsert}). {@code WritePlanner}
 * plans writes over rows that are there: in place, with rows of other tables that are fetched first
 * ({@code StagedWrite}), or row by row where a key changes ({@code RowMove}). {@code
 * ReferenceWrites} and {@code Reactions} refuse what would leave copies different or rows on the
 * wrong shard.
 */
@NullMarked
package io.shardjdbc.routing.plan.write;

import org.jspecify.annotations.NullMarked;
