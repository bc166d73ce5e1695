/** The peer that the line {@code peer} compares with, in a class loader of its own. */
@NullMarked
package io.shardjdbc.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
