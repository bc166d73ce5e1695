/**
 * What a planner asks the servers: tables and the types of their columns, functions and what they
 * do. {@code Catalog} has no answers of its own; a planner that stands alone gets none.
 */
@NullMarked
package io.shardjdbc.routing.catalog;

import org.jspecify.annotations.NullMarked;
