/**
 * What the planner asks about tables and functions, answered from a shard's system catalogue.
 *
 * <p>{@link io.shardjdbc.catalog.ShardCatalog} asks once for each table that is used, when it is
 * first used, on the connection that each primary has for questions, and forgets when the schema
 * changes. Changes made through the DataSource are told to it; those of others are noticed by the
 * schema watch, which compares the shards' stamps.
 */
@NullMarked
package io.shardjdbc.catalog;

import org.jspecify.annotations.NullMarked;
