/**
 * Auto-configuration of a DataSource over shards, for Spring Boot 3 and 4 alike.
 *
 * <p>{@link io.shardjdbc.spring.boot.ShardDataSourceAutoConfiguration} makes the DataSource of what
 * {@code shardjdbc.*} or {@code spring.datasource.url} says, unless the application has one. The
 * rest watches it, and carries tokens of what was written from one application to the next. What
 * Boot 4 has moved to other packages is named by strings here, or is in the starters.
 */
@NullMarked
package io.shardjdbc.spring.boot;

import org.jspecify.annotations.NullMarked;
