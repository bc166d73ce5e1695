/**
 * What things cost, measured on real servers.
 *
 * <p>Each class here is a program. {@link io.shardjdbc.benchmarks.PointReads} measures what a read
 * of one key pays for the choice of a replica.
 */
@NullMarked
package io.shardjdbc.benchmarks;

import org.jspecify.annotations.NullMarked;
