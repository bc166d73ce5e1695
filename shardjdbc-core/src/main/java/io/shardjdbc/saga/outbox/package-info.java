/**
 * Messages to the outside world, kept in the transaction that causes them.
 *
 * <p>{@link io.shardjdbc.saga.outbox.Outbox} writes a message on the shard of its transaction;
 * {@link io.shardjdbc.saga.outbox.OutboxRelay} delivers messages to a {@link
 * io.shardjdbc.saga.outbox.MessageHandler}, at least once, and in order for each key. What cannot
 * be delivered is a {@link io.shardjdbc.saga.outbox.FailingMessage}.
 */
@NullMarked
package io.shardjdbc.saga.outbox;

import org.jspecify.annotations.NullMarked;
