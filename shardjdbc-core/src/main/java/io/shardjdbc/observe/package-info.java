/**
 * What a DataSource lets others hear: statements, their parts on shards, transactions, servers.
 *
 * <p>{@link io.shardjdbc.observe.ShardListener} is the one way in. Metrics, traces and logs are
 * listeners. No event carries a value of a statement; a text that holds literals is as the caller
 * wrote it, and {@code summary} is what may be shown to anybody.
 */
@NullMarked
package io.shardjdbc.observe;

import org.jspecify.annotations.NullMarked;
