/**
 * Frameworks on shards, unmodified: Hibernate, Spring's JDBC and transactions, jOOQ.
 *
 * <p>Each test runs one program twice, over a {@link io.shardjdbc.ShardDataSource} and over one
 * PostgreSQL with the driver alone, and compares what the two of them said. {@link
 * io.shardjdbc.examples.frameworks.BothWays} does that; the tables are a small shop's.
 */
package io.shardjdbc.examples.frameworks;
