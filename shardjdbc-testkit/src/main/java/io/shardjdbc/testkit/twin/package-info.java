/**
 * The same data in one PostgreSQL and over many shards, and the proof that both answer alike.
 *
 * <p>A {@link io.shardjdbc.testkit.twin.TwinDatabase} runs each statement on both sides and says
 * how the answers compare: an {@link io.shardjdbc.testkit.twin.Verdict} is equal, refused by a code
 * of the catalogue, or different. A {@link io.shardjdbc.testkit.twin.Trial} is a statement together
 * with its {@link io.shardjdbc.testkit.twin.Parameter parameters} and the way it is executed.
 *
 * <p>Inside, an {@code Reply} is everything that a caller can see of one execution. {@code
 * RowOrder} decides whether rows in another sequence are still an answer that the one PostgreSQL
 * might have given, by asking it for the rank of every row. {@code TableStates} compares what lies
 * in the tables after a write, and on which shards.
 */
@NullMarked
package io.shardjdbc.testkit.twin;

import org.jspecify.annotations.NullMarked;
