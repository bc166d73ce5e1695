/**
 * Money moved between accounts on four shards, while the processes and the servers that move it are
 * killed, and a proof that none was made or lost.
 *
 * <p>{@link io.shardjdbc.examples.transfer.Bank} moves money in three ways: within one shard, by a
 * two-phase transaction, and by a saga. {@link io.shardjdbc.examples.transfer.Worker} is a JVM that
 * does it from several threads. {@link io.shardjdbc.examples.transfer.Demo} starts servers and
 * workers, kills both at random, and ends with {@link io.shardjdbc.examples.transfer.Proof}.
 */
@NullMarked
package io.shardjdbc.examples.transfer;

import org.jspecify.annotations.NullMarked;
