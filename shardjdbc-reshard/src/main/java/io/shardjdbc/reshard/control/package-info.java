/**
 * What lies in the shards' databases for moves: the map, processes, moves, and the guards' calls.
 */
@NullMarked
package io.shardjdbc.reshard.control;

import org.jspecify.annotations.NullMarked;
