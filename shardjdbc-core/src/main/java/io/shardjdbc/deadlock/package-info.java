/**
 * Who waits for whom over all shards, and deadlocks that no server sees alone.
 *
 * <p>{@link io.shardjdbc.deadlock.DeadlockWatch} explains how a deadlock is found and ended. A
 * transaction over several shards is known on each by its {@link
 * io.shardjdbc.deadlock.TransactionMark}; {@link io.shardjdbc.deadlock.Waits} looks at all shards.
 */
@NullMarked
package io.shardjdbc.deadlock;

import org.jspecify.annotations.NullMarked;
