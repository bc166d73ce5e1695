/**
 * Tests of one shard's replication on real servers under faults.
 *
 * <p>{@link io.shardjdbc.tests.replication.ChaosRun} lets writers and readers work on a shard while
 * {@link io.shardjdbc.tests.replication.Faults} break it, and {@link
 * io.shardjdbc.tests.replication.History} afterwards checks every read against what had been
 * acknowledged when. The {@link io.shardjdbc.tests.replication.Client} does with its connections
 * what a user of {@code ReplicaSet} has to do.
 */
@NullMarked
package io.shardjdbc.tests.replication;

import org.jspecify.annotations.NullMarked;
