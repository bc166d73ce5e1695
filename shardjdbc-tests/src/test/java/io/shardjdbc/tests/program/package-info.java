/**
 * Generated programs: sequences of steps of several sessions, over shards and on one PostgreSQL.
 *
 * <p>There is a {@code World} for each {@code Variant}: the driver's options, where tables lie, how
 * databases sort.
 *
 * <p>A {@code Program} is a list of {@code Step}s, drawn from a seed by {@code Author}. {@code
 * ProgramRun} runs it on both sides of a {@code World}, step by step, and compares what each step
 * saw. At the end it compares the tables, the sequences, each session's state, and what the next
 * borrower of the connections finds. {@code Shrinking} leaves out what a difference does not need.
 */
@NullMarked
package io.shardjdbc.tests.program;

import org.jspecify.annotations.NullMarked;
