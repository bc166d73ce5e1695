/** The machine that carries a move from step to step. */
@NullMarked
package io.shardjdbc.reshard.engine;

import org.jspecify.annotations.NullMarked;
