/** Rows that move between real servers while they are written and read. */
@NullMarked
package io.shardjdbc.tests.reshard;

import org.jspecify.annotations.NullMarked;
