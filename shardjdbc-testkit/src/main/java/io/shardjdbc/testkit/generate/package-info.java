/**
 * Seeded generators of schemas, data and statements, to try on a {@link
 * io.shardjdbc.testkit.twin.TwinDatabase}.
 *
 * <p>A {@link io.shardjdbc.testkit.generate.GeneratedSchema} has sharded tables, reference tables
 * and tables of one shard, and rows for them. A {@link
 * io.shardjdbc.testkit.generate.StatementGenerator} makes statements over it: the same seed and
 * number make the same statement. {@link io.shardjdbc.testkit.generate.Mutation} damages statements
 * in small ways.
 *
 * <p>Statements are made so that their answer is determined: a sub-query with LIMIT is sorted by a
 * unique column, an aggregate that depends on the order of rows says which, floating-point values
 * are not summed, and numerics that are equal have the same scale. What ties at the outermost ORDER
 * BY is left to the twin to judge.
 *
 * <p>Inside, a {@code Draft} is the statement that is being written: its random choices, parameters
 * and aliases. {@code Values} and {@code DrawnConditions} write expressions over the {@code
 * Relation}s in scope; {@code KeyConditions} write all the ways in which people pin a key, and
 * almost do.
 */
@NullMarked
package io.shardjdbc.testkit.generate;

import org.jspecify.annotations.NullMarked;
