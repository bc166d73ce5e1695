/** Whether both sides of a move have the same rows. */
@NullMarked
package io.shardjdbc.reshard.verify;

import org.jspecify.annotations.NullMarked;
