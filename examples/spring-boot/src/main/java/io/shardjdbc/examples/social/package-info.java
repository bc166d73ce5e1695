/**
 * A small social application: Spring Boot, JPA and Flyway, with no word of shards but in its
 * configuration.
 *
 * <p>{@link io.shardjdbc.examples.social.SocialApplication} is the application. {@link
 * io.shardjdbc.examples.social.Demo} starts the servers and two instances of it. {@link
 * io.shardjdbc.examples.social.LastRoutes} hears where its statements run, for a page.
 */
@NullMarked
package io.shardjdbc.examples.social;

import org.jspecify.annotations.NullMarked;
