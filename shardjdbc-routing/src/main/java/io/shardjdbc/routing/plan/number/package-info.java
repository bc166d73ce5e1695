/**
 * Numbers of sequences: which a statement takes, and where they are counted.
 *
 * <p>{@link io.shardjdbc.routing.plan.number.Sequences} knows a sequence's home. {@link
 * io.shardjdbc.routing.plan.number.NumberedStatement} makes parameters of the numbers that the rows
 * of an INSERT take; {@link io.shardjdbc.routing.plan.number.NumberedSource} says the same of rows
 * that a query gives. {@link io.shardjdbc.routing.plan.number.SequenceHomes} keeps at home whatever
 * is left.
 */
@NullMarked
package io.shardjdbc.routing.plan.number;

import org.jspecify.annotations.NullMarked;
