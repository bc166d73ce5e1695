/**
 * Decides which node serves a read.
 *
 * <p>{@link io.shardjdbc.replication.choose.ReadChooser} decides from the current view; {@link
 * io.shardjdbc.replication.choose.DemandingReads} adds tokens and sessions, for which it may wait.
 * {@link io.shardjdbc.replication.choose.RememberedWrites} says how fresh a read of a key has to be
 * to see this process's own writes, and {@link io.shardjdbc.replication.choose.Hedging} when a slow
 * read is worth a second one. When no node may serve, {@link
 * io.shardjdbc.replication.choose.NodeUnavailableException} says why.
 */
@NullMarked
package io.shardjdbc.replication.choose;

import org.jspecify.annotations.NullMarked;
