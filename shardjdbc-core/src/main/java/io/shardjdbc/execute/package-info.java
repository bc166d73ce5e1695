/**
 * Runs what a route says on physical connections.
 *
 * <p>One shard runs in the caller's thread. Many shards run on a pool of threads, which is bounded
 * by the connections they need, under one deadline: the caller takes all connections in one fixed
 * order, waits, and cancels the rest when one fails. An {@link io.shardjdbc.execute.Answer} is what
 * comes back: the open physical statements, for others to read, merge and close.
 */
@NullMarked
package io.shardjdbc.execute;

import org.jspecify.annotations.NullMarked;
