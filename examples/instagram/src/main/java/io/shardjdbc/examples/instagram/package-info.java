/**
 * An Instagram-like application on four shards, and a proof that it answers as on one PostgreSQL.
 *
 * <p>{@link io.shardjdbc.examples.instagram.Instagram} is the application: JDBC over a {@code
 * DataSource}, with no word about shards. {@link io.shardjdbc.examples.instagram.Deployment} starts
 * the servers and opens the DataSource from a configuration file. {@link
 * io.shardjdbc.examples.instagram.Demo} loads {@link io.shardjdbc.examples.instagram.SampleData}
 * into the shards and into one more server, makes the same requests of both, and compares.
 */
@NullMarked
package io.shardjdbc.examples.instagram;

import org.jspecify.annotations.NullMarked;
