/**
 * Tells listeners what a DataSource does.
 *
 * <p>{@link io.shardjdbc.hear.Hearing} holds the listeners and keeps their faults from the caller.
 * With none, nothing here is ever made: whoever runs statements asks for it once, when a statement
 * object is made.
 */
@NullMarked
package io.shardjdbc.hear;

import org.jspecify.annotations.NullMarked;
