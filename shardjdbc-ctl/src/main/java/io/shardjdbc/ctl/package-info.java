/**
 * The command line over the engine that moves rows: {@code shardctl}.
 *
 * <p>{@link io.shardjdbc.ctl.Shardctl} is the program. It reads the configuration of the
 * application, which says how shards are reached; who owns what is in the databases.
 */
@NullMarked
package io.shardjdbc.ctl;

import org.jspecify.annotations.NullMarked;
