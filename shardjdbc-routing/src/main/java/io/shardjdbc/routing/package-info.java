/**
 * Reads the shard key out of SQL and says where a statement runs.
 *
 * <p><b>What is known.</b> A {@link io.shardjdbc.routing.RoutingConfiguration} has the {@linkplain
 * io.shardjdbc.routing.ShardId shards} and declares each {@link io.shardjdbc.routing.Table}:
 * sharded by a key, copied to every shard, or living on one.
 *
 * <p><b>Where a row is.</b> A {@link io.shardjdbc.routing.Key} is the value of the shard key, as
 * the column's type sees it. A {@link io.shardjdbc.routing.Placement} says which shard owns it;
 * {@link io.shardjdbc.routing.Placements} has the usual ones. The default is a {@link
 * io.shardjdbc.routing.HashRing} over PostgreSQL's own {@link io.shardjdbc.routing.KeyHash}, so
 * that each shard can tell its rows from others' by itself. Placement is a wire format: what it
 * says of a key never changes between releases.
 *
 * <p><b>Where a statement runs.</b> A {@link io.shardjdbc.routing.Router} says it, from the text
 * and its values; {@link io.shardjdbc.routing.plan} makes routers and is the planner. What cannot
 * be proved right is refused: a {@link io.shardjdbc.routing.RoutingException} with a code of {@link
 * io.shardjdbc.routing.ErrorCode}.
 */
@NullMarked
package io.shardjdbc.routing;

import org.jspecify.annotations.NullMarked;
