/**
 * What is known of the end of a transaction over several shards.
 *
 * <p>Most callers never meet these types: a commit returns, or throws and nothing stands. When the
 * connection is lost in the middle of a commit, an {@link
 * io.shardjdbc.outcome.UnknownOutcomeException} carries the {@link
 * io.shardjdbc.outcome.TransactionId} by which the {@link io.shardjdbc.outcome.Outcome} is asked
 * for later. {@link io.shardjdbc.outcome.InDoubtTransaction} is what operators look at, {@link
 * io.shardjdbc.outcome.RecoveryReport} what a pass of recovery has done, and {@link
 * io.shardjdbc.outcome.PartialCommitException} the price of best effort.
 */
@NullMarked
package io.shardjdbc.outcome;

import org.jspecify.annotations.NullMarked;
