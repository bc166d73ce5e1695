/**
 * Real PostgreSQL clusters for tests, and the faults to try on them.
 *
 * <p>{@link io.shardjdbc.testkit.PostgresCluster} starts servers as child processes, {@link
 * io.shardjdbc.testkit.ContainerCluster} in containers. Either is a {@link
 * io.shardjdbc.testkit.Cluster} of {@link io.shardjdbc.testkit.ClusterShard shards} of {@link
 * io.shardjdbc.testkit.ClusterNode nodes}; these give JDBC URLs, and have levers that stop, kill,
 * freeze, delay, promote and rebuild them. A {@link io.shardjdbc.testkit.TcpProxy} before a node
 * spoils its network instead.
 *
 * <p>In JUnit 5 tests, {@link io.shardjdbc.testkit.ClusterExtension} shares clusters between
 * classes and gives each a database of its own; {@link io.shardjdbc.testkit.Deadline} waits for
 * conditions without sleeping.
 */
@NullMarked
package io.shardjdbc.testkit;

import org.jspecify.annotations.NullMarked;
