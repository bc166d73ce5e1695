/** The DataSource. */
@NullMarked
package io.shardjdbc;

import org.jspecify.annotations.NullMarked;
