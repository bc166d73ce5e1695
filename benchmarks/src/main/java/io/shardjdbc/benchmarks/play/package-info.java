/**
 * Sockets that play answers back: so the client's work is measured without a server's.
 *
 * <p>The driver is told to use them by its property {@code socketFactory}.
 */
@NullMarked
package io.shardjdbc.benchmarks.play;

import org.jspecify.annotations.NullMarked;
