/** The moment in which rows change their owner. */
@NullMarked
package io.shardjdbc.reshard.flip;

import org.jspecify.annotations.NullMarked;
