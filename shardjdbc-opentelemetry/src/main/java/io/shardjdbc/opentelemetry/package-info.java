/**
 * OpenTelemetry's spans and metrics of a DataSource over shards, by the stable conventions for
 * databases.
 *
 * <p>{@link io.shardjdbc.opentelemetry.ShardTelemetry} is a listener. A statement is one span, and
 * each request to a server a CLIENT span below it.
 */
@NullMarked
package io.shardjdbc.opentelemetry;

import org.jspecify.annotations.NullMarked;
