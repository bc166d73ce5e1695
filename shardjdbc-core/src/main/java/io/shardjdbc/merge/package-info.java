/**
 * Makes one result set of the shards' answers, exactly as one server would have made it.
 *
 * <p>{@link io.shardjdbc.merge.Merges} picks the way that the route names. Rows are streamed: a
 * {@link io.shardjdbc.merge.MergedResultSet} holds no row, it stands on a row of one shard's result
 * set and reads columns there, so that every conversion is the driver's own. Which row is next is
 * the business of a {@code RowSource}: one shard's after another's, in the order of sort keys, or
 * in the order in which the caller listed rows. Aggregates become one row of the driver's own
 * making, and so do groups that several shards have. Values are compared as the server compares
 * them, from the bytes it sent; types of which that is not known exactly are refused before any row
 * is given out.
 */
@NullMarked
package io.shardjdbc.merge;

import org.jspecify.annotations.NullMarked;
