/**
 * What the planner asks about tables and functions, answered from a shard's system catalogue.
 *
 * <p>{@link io.shardjdbc.catalog.ShardCatalog} asks once for each table that is used, when it is
 * first used, and forgets when the schema changes.
 */
@NullMarked
package io.shardjdbc.catalog;

import org.jspecify.annotations.NullMarked;
