/**
 * A fifth shard joins four while an application reads and writes, to be watched in a terminal.
 *
 * <p>{@link io.shardjdbc.examples.reshard.Demo} is the command. {@link
 * io.shardjdbc.examples.reshard.Users} are the application's, who note all that was acknowledged
 * and how long each request took. {@link io.shardjdbc.examples.reshard.Watch} shows how a mover
 * goes on. {@link io.shardjdbc.examples.reshard.Equality} compares the rows of before with those of
 * after.
 */
@NullMarked
package io.shardjdbc.examples.reshard;

import org.jspecify.annotations.NullMarked;
