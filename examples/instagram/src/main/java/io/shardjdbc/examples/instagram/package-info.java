/** The demo. */
@NullMarked
package io.shardjdbc.examples.instagram;

import org.jspecify.annotations.NullMarked;
