/** Rows that come to their new owner key by key, whoever brings them. */
@NullMarked
package io.shardjdbc.reshard.arrive;

import org.jspecify.annotations.NullMarked;
