/**
 * Turns entries of the error catalogue, and what servers and drivers report, into the {@code
 * SQLException} a caller sees.
 */
@NullMarked
package io.shardjdbc.error;

import org.jspecify.annotations.NullMarked;
