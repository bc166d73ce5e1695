/**
 * The plans: what is kept of a statement, and becomes a route with each execution's values.
 *
 * <p>{@code StatementPlan} is what all share. {@code FixedPlan} runs on one certain shard, {@code
 * EverywherePlan} on every shard alike, and {@code RowPlan} where the rows are. A {@code RowPlan}
 * over several shards has up to three alternatives, which it tries in turn: a {@code Spread} that
 * Java merges, a {@code Regrouping} of each shard's groups by one server, a {@code Gathering} of
 * the rows it needs. {@code Template} writes the texts that shards run; {@code Explanation} tells a
 * plan in words.
 */
@NullMarked
package io.shardjdbc.routing.plan.result;

import org.jspecify.annotations.NullMarked;
