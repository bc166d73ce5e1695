package io.shardjdbc.ids;

import java.util.concurrent.TimeUnit;

/**
 * A node's number and the milliseconds that are leased with it.
 *
 * <p>Its clock is the database's at the moment of the lease, carried on by the process's monotonic
 * clock. Nobody can set that back.
 *
 * @param node 0 to 1023
 * @param until the first millisecond, of the Unix epoch, that is not leased
 * @param anchor what its clock showed at {@code anchorNanos}, in milliseconds of the Unix epoch
 * @param anchorNanos a moment, as {@link System#nanoTime()} says it
 * @param renewAt when to ask for more milliseconds, by its clock
 */
record Window(int node, long until, long anchor, long anchorNanos, long renewAt) {

  long clock(long nanoTime) {
    return anchor + TimeUnit.NANOSECONDS.toMillis(nanoTime - anchorNanos);
  }
}
