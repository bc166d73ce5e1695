/**
 * Ids of Hibernate's entities.
 *
 * <p>{@link io.shardjdbc.hibernate.SnowflakeGenerated} on an id takes it from the DataSource over
 * shards of which the session is.
 */
@NullMarked
package io.shardjdbc.hibernate;

import org.jspecify.annotations.NullMarked;
