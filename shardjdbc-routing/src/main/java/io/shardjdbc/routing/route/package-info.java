/**
 * What planner and executor say to each other; seen by the DataSource's module alone.
 *
 * <p>{@link io.shardjdbc.routing.route.Planner} makes a {@link io.shardjdbc.routing.route.Plan} of
 * a text, and with the values of an execution the plan gives a {@link
 * io.shardjdbc.routing.route.Route}: the statements that shards run, and the {@link
 * io.shardjdbc.routing.route.Merge} by which their answers become one. The executor gives the
 * planner a {@link io.shardjdbc.routing.catalog.Catalog} of what the servers know of tables and
 * functions.
 */
@NullMarked
package io.shardjdbc.routing.route;

import org.jspecify.annotations.NullMarked;
