/**
 * Ending a transaction that has a part on several shards.
 *
 * <p>A {@link io.shardjdbc.transaction.Participant} is one shard's part; a {@link
 * io.shardjdbc.transaction.CommitProtocol} makes the parts commit: one after another in {@link
 * io.shardjdbc.transaction.SequentialCommit}, all or none in {@link
 * io.shardjdbc.transaction.TwoPhaseCommit}, where the protocol is explained. The decisions lie in a
 * table on the shards ({@link io.shardjdbc.transaction.Decisions}), the parts are prepared under
 * names that say all that is needed to end them, and {@link io.shardjdbc.transaction.Recovery} does
 * that after any crash.
 */
@NullMarked
package io.shardjdbc.transaction;

import org.jspecify.annotations.NullMarked;
