/**
 * The logical side of JDBC: the connections, statements and result sets that callers hold.
 *
 * <p>A {@link io.shardjdbc.jdbc.LogicalConnection} is a {@link io.shardjdbc.session.Session} behind
 * the interface of {@code java.sql}. Its statements ask the router for a plan of their text, apply
 * the values that were recorded, hand the route to a {@link io.shardjdbc.execute.Runner}, and show
 * what comes back: one shard's own result set, forwarded, or a merged one. The long interfaces are
 * implemented by generated sources in {@code io.shardjdbc.wrap}; what is written by hand here is
 * what differs from one PostgreSQL.
 */
@NullMarked
package io.shardjdbc.jdbc;

import org.jspecify.annotations.NullMarked;
