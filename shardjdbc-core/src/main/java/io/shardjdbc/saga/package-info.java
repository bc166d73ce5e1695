/**
 * Sagas: work over several shards in steps of one shard each, with a way back.
 *
 * <p>A {@link io.shardjdbc.saga.Saga} is defined once: a name, a version, and steps, each with the
 * key that says where it runs, an action and a compensation. {@link io.shardjdbc.saga.Sagas} runs
 * them over a DataSource: now, in the caller's thread, or in the background; and whatever a crashed
 * process leaves is gone on with by any other. {@link io.shardjdbc.saga.SagaState} is what steps
 * hand to each other, and {@link io.shardjdbc.saga.SagaCodec} how a type of one's own becomes JSON.
 *
 * <p>Inside: {@code SagaRun} is the engine and its essay, {@code SagaRecords} and {@code
 * StepRecords} are all the SQL it knows. Messages to the outside world are in {@code outbox}; what
 * both stand on is in {@code work}.
 */
@NullMarked
package io.shardjdbc.saga;

import org.jspecify.annotations.NullMarked;
