/**
 * Real PostgreSQL clusters for tests, and the faults to try on them.
 *
 * <p>{@link io.shardjdbc.testkit.PostgresCluster} starts servers as child processes. A {@link
 * io.shardjdbc.testkit.Cluster} has {@link io.shardjdbc.testkit.ClusterShard shards}, and these
 * have {@link io.shardjdbc.testkit.ClusterNode nodes}, which give JDBC URLs. {@link
 * io.shardjdbc.testkit.Deadline} waits for conditions without sleeping.
 */
@NullMarked
package io.shardjdbc.testkit;

import org.jspecify.annotations.NullMarked;
