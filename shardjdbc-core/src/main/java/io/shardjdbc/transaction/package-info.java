/**
 * Ending a transaction that has a part on several shards.
 *
 * <p>A {@link io.shardjdbc.transaction.Participant} is one shard's part; a {@link
 * io.shardjdbc.transaction.CommitProtocol} makes the parts commit, as far as it can, together.
 */
@NullMarked
package io.shardjdbc.transaction;

import org.jspecify.annotations.NullMarked;
