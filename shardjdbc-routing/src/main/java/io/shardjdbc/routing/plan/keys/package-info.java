/**
 * From facts and values to keys, and from keys to shards.
 *
 * <p>{@code Targets} is what a plan keeps of the tables of a statement: for each the domain of its
 * key. With the values of one execution, {@code KeyReader} reads a domain as a {@code KeySet}, and
 * {@code Targets} asks the table's placement for the shards. {@code KeyValues} turns single Java
 * values and literals into keys of the column's type; {@code StoredKeys} does so for values that a
 * server has computed and that assignment casts change; {@code Storing} says what a column would
 * cut or round.
 *
 * <p>{@code TableKey} reads the key of a table whose values somebody gives without a statement: a
 * record of COPY, or who asks for an owner.
 */
@NullMarked
package io.shardjdbc.routing.plan.keys;

import org.jspecify.annotations.NullMarked;
