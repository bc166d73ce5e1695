/**
 * The planner: from a parsed statement to a plan, and from a plan with values to a route.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@link io.shardjdbc.routing.plan.Analyzer} walks a statement and collects its {@link
 *       io.shardjdbc.routing.plan.TableVariable tables}, the {@link
 *       io.shardjdbc.routing.plan.Facts} that its conditions state of their keys, and the {@link
 *       io.shardjdbc.routing.plan.Source} tree of how they are combined;
 *   <li>{@link io.shardjdbc.routing.plan.Colocation} proves, where it can, that the shards can each
 *       answer for their own rows;
 *   <li>the planners ({@link io.shardjdbc.routing.plan.SelectPlanner} and its siblings) turn that
 *       into a {@link io.shardjdbc.routing.Plan}: how to find the shards once the values are known
 *       ({@link io.shardjdbc.routing.plan.Targets}), how to merge, or why the statement is refused.
 * </ol>
 *
 * <p>A SELECT over several shards has up to three ways, which {@link
 * io.shardjdbc.routing.plan.RowPlan} tries in turn: a {@link io.shardjdbc.routing.plan.Spread} that
 * Java merges, a {@link io.shardjdbc.routing.plan.Regrouping} of each shard's groups, or of rows it
 * has sorted by text, by one server, a {@link io.shardjdbc.routing.plan.Gathering} of the rows it
 * needs.
 *
 * <p>Nothing is assumed: what is not proved ends as a wider route or as a typed refusal. {@link
 * io.shardjdbc.routing.plan.Routers} is the way in.
 */
@NullMarked
package io.shardjdbc.routing.plan;

import org.jspecify.annotations.NullMarked;
