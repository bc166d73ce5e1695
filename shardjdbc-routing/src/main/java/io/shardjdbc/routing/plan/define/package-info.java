/**
 * Plans definitions and maintenance: DDL, EXPLAIN, and utility statements.
 *
 * <p>{@code UtilityPlanner} sends a statement to the shards of its tables. {@code RelatedTables}
 * and {@code IndexesAndViews} find tables that a definition means without naming them; {@code
 * AlteredColumns} refuses changes after which rows would lie on the wrong shard.
 */
@NullMarked
package io.shardjdbc.routing.plan.define;

import org.jspecify.annotations.NullMarked;
