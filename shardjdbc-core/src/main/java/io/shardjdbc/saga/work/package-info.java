/**
 * What sagas and the outbox stand on: work on one shard or on each, threads, times and texts.
 *
 * <p>{@link io.shardjdbc.saga.work.ShardWork} runs a piece of work on one shard in a transaction of
 * its own; {@link io.shardjdbc.saga.work.EachShard} asks all of them, whichever is away. {@link
 * io.shardjdbc.saga.work.Timers} and {@link io.shardjdbc.saga.work.SagaThreads} run what is done
 * again and again, and {@link io.shardjdbc.saga.work.Gates} keep a shard that is away from holding
 * up the others. {@link io.shardjdbc.saga.work.StepFailures} says what a failure means. Nothing
 * here knows a saga or a message.
 */
@NullMarked
package io.shardjdbc.saga.work;

import org.jspecify.annotations.NullMarked;
