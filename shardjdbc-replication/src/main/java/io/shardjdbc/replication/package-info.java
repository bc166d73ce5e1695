/**
 * One shard's nodes: which one is the primary, how fresh each replica is, which one serves a read.
 */
@NullMarked
package io.shardjdbc.replication;

import org.jspecify.annotations.NullMarked;
