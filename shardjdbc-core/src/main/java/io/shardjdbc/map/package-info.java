/**
 * The shards as this process knows them now, and who still works with what they were.
 *
 * <p>{@link io.shardjdbc.map.CurrentMap} holds the one map that statements are routed by. Whoever
 * needs the set of shards asks it, each time anew: pools, the catalogue, recovery, sagas, the
 * outbox, COPY. An execution {@linkplain io.shardjdbc.map.CurrentMap#take() takes} the map once and
 * keeps to it to its end, and so does a transaction; when the last use of an old map has ended,
 * what only that map needed is given up.
 *
 * <p>{@link io.shardjdbc.map.stored} follows the map in the databases, where they keep one; {@code
 * MapNews} is where statements wait for it, and {@code Hiding} leaves copies of rows that move out
 * of them.
 */
@NullMarked
package io.shardjdbc.map;

import org.jspecify.annotations.NullMarked;
