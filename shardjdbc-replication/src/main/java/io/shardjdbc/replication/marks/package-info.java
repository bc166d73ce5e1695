/**
 * What is remembered as plain numbers: when keys were written ({@link
 * io.shardjdbc.replication.marks.WriteTimes}), how long reads take ({@link
 * io.shardjdbc.replication.marks.Latencies}), what a session has seen ({@link
 * io.shardjdbc.replication.marks.SessionMarks}), and which primaries reigned ({@link
 * io.shardjdbc.replication.marks.Reigns}).
 *
 * <p>{@link io.shardjdbc.replication.marks.Labels} is the one rule for names. Nothing here knows a
 * node. Times come in as nanoseconds since the replica set was made ({@link
 * io.shardjdbc.replication.marks.Ticks}), 0 being before all.
 */
@NullMarked
package io.shardjdbc.replication.marks;

import org.jspecify.annotations.NullMarked;
