/**
 * Gathering: rows that one statement needs from several shards are brought to one PostgreSQL, which
 * then runs the caller's own statement.
 *
 * <p>{@link io.shardjdbc.gather.Gatherer} fetches each stage's rows into {@link
 * io.shardjdbc.gather.StagedRows} as text, the form every type has. Few rows travel with the
 * statement, as arrays; many are copied into temporary tables of a transaction that ends with the
 * result ({@link io.shardjdbc.gather.TemporaryTables}).
 *
 * <p>Outside of transactions, {@link io.shardjdbc.gather.Rounds} asks for rows of one table by what
 * was found in others, and so for fewer.
 *
 * <p>{@link io.shardjdbc.gather.Regrouper} does with less: where rows are only grouped, the shards
 * group them, and what it stages is the groups.
 */
@NullMarked
package io.shardjdbc.gather;

import org.jspecify.annotations.NullMarked;
