/**
 * How things are compared: contestants that take turns, what they cost, and the goals they are held
 * to.
 *
 * <p>{@link io.shardjdbc.benchmarks.contest.Contest} measures, {@link
 * io.shardjdbc.benchmarks.contest.Samples} says what came out, {@link
 * io.shardjdbc.benchmarks.contest.Report} writes it down.
 */
@NullMarked
package io.shardjdbc.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
