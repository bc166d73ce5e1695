/**
 * The DataSource over many PostgreSQL shards, and what else an application meets of the library.
 *
 * <p>{@link io.shardjdbc.ShardDataSource} is opened with a configuration file, or built; {@link
 * io.shardjdbc.ShardDriver} opens one for {@code jdbc:shardjdbc:} URLs. Its connections are
 * ordinary JDBC connections; {@link io.shardjdbc.ShardConnection}, reached by {@code unwrap}, has
 * what JDBC does not.
 */
@NullMarked
package io.shardjdbc;

import org.jspecify.annotations.NullMarked;
