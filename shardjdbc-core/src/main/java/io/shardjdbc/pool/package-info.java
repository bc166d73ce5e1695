/**
 * Physical connections: one pool for each node, and the only place that knows HikariCP.
 *
 * <p>A {@link io.shardjdbc.pool.NodePool} starts when its node is first needed and is a bulkhead: a
 * node that is down fails its own callers, quickly once that is known, and nobody else's. What is
 * borrowed is a {@link io.shardjdbc.pool.PhysicalConnection}, which remembers over its whole life
 * what session state it is in. Beside the pool, the library keeps a connection for short questions
 * of its own. {@link io.shardjdbc.pool.ShardNodes} is where a shard becomes a node.
 */
@NullMarked
package io.shardjdbc.pool;

import org.jspecify.annotations.NullMarked;
