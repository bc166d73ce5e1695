/**
 * Micrometer's meters of a DataSource over shards.
 *
 * <p>{@link io.shardjdbc.micrometer.ShardMetrics} is a listener that counts statements and requests
 * as they happen, and a watcher that looks at servers and pools now and then. No tag holds a value
 * of a statement; their number is bounded by servers, ways and error codes.
 */
@NullMarked
package io.shardjdbc.micrometer;

import org.jspecify.annotations.NullMarked;
