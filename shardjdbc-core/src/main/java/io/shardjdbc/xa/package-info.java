/**
 * All shards together as one resource of a JTA transaction manager.
 *
 * <p>The manager keeps the decision in its own log; a branch is prepared on every shard that has
 * written, under a name that holds the manager's Xid, and {@link io.shardjdbc.xa.XaBranches} finds
 * and ends it from any process.
 */
@NullMarked
package io.shardjdbc.xa;

import org.jspecify.annotations.NullMarked;
