/**
 * Ids that many processes make without asking each other, and that are never made twice.
 *
 * <p>{@link io.shardjdbc.ids.Snowflake} makes numbers of 63 bits that grow with time: 41 bits of
 * milliseconds, 10 of a node's number, 12 of a sequence. {@link io.shardjdbc.ids.NodeLeases} gives
 * each process a node's number, by a table that all processes share. {@link
 * io.shardjdbc.ids.SnowflakeId} takes an id apart again.
 *
 * <p>Two ids differ because a lease is a lease of <em>id-time</em>, not of a clock's time. A row of
 * the table says up to which millisecond ids of its node may have been made. Who leases a node
 * moves that bound forward first, and makes ids below the bound only; the next holder begins at it.
 * So the ranges of two holders are apart whatever clocks show, however long a process sleeps, and
 * whatever answer is lost. The clock, the database's and not the process's, decides only which
 * range is the next.
 */
@NullMarked
package io.shardjdbc.ids;

import org.jspecify.annotations.NullMarked;
