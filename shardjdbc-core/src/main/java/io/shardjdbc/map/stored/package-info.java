/**
 * The map that the databases keep, as a process goes by it.
 *
 * <p>Where a shard's database has a table {@code shardjdbc.map}, the map in it says who owns which
 * keys, and it may change while the process runs. {@link io.shardjdbc.map.stored.MapKeeper} learns
 * of each epoch by asking the primaries, installs it, and acknowledges it in {@code
 * shardjdbc.process}: what is routed from now on goes by it, and what was routed before has ended.
 * Each session of the process says whose it is by an advisory lock, which it takes before it reads
 * the epoch; so whoever changes the map sees from whom it has to hear.
 *
 * <p>Without that table nothing of this is there, and nothing is asked.
 */
@NullMarked
package io.shardjdbc.map.stored;

import org.jspecify.annotations.NullMarked;
