/**
 * PostgreSQL's own hash functions, bit for bit.
 *
 * <p>One class, {@link io.shardjdbc.routing.hash.PostgresHash}, over plain longs and bytes; {@link
 * io.shardjdbc.routing.KeyHash} is what the rest of the world uses. What these functions return is
 * a wire format: rows are placed by it.
 */
@NullMarked
package io.shardjdbc.routing.hash;

import org.jspecify.annotations.NullMarked;
