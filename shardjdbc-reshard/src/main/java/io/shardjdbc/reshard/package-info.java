/**
 * Moving rows between shards while everything runs: what moves, how far it is, what was found.
 *
 * <p>The protocol is "guard, flip, acknowledge". The source's own server refuses writes of rows
 * that have moved, so that no process can write by an old map. One commit on the source changes the
 * owner. Processes acknowledge the maps that they work by, and rows are copied and deleted only
 * when nobody works by a map that would see them twice or miss them. {@link
 * io.shardjdbc.reshard.engine.Resharding} does it.
 */
@NullMarked
package io.shardjdbc.reshard;

import org.jspecify.annotations.NullMarked;
