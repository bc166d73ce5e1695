/**
 * The parts of choosing a node that are only numbers: when keys were written ({@link
 * io.shardjdbc.replication.choose.WriteTimes}), how long reads take ({@link
 * io.shardjdbc.replication.choose.Latencies}). They know no node and no clock; times come in as
 * nanoseconds since the replica set was made, 0 being before all.
 */
@NullMarked
package io.shardjdbc.replication.choose;

import org.jspecify.annotations.NullMarked;
